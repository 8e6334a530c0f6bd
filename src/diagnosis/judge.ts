// From what was seen to the causes that explain it, the likeliest first.
import type { Sighting } from '../facts/diagnosis/sighting.ts';
import { isSince, parseVersion } from '../kube/version.ts';
import type { Cause, Certainty } from './cause.ts';
import { causes as known } from './causes.ts';

/** A sighting with the host that told it. */
export interface Witness extends Sighting {
  readonly host: string;
}

/** A cause that was found, with the lines that it is based on. */
export interface Finding {
  readonly id: string;
  readonly certainty: Certainty;
  readonly message: string;
  readonly hint: string;
  readonly evidence: readonly Witness[];
  /** It does not go away by itself. */
  readonly isFatal: boolean;
}

export interface Trial {
  /** The cluster's version of Kubernetes; causes of some versions only are left out where it is not known. */
  readonly version?: string;
  /** Ids of causes that are no trouble yet. */
  readonly ignored?: readonly string[] | undefined;
  readonly causes?: readonly Cause[];
}

const ranks: readonly Certainty[] = ['sure', 'likely', 'symptom'];
const mostFindings = 3;
const mostLines = 2;
const mostPlaces = 2;

/** At most three. Symptoms are told only when nothing better was found. */
export function judge(
  witnesses: readonly Witness[],
  { version, ignored = [], causes = known }: Trial,
): readonly Finding[] {
  const found = causes
    .filter((cause) => appliesTo(cause, version) && !ignored.includes(cause.id))
    .flatMap((cause) => findingOf(cause, witnesses));
  const ordered = ranks.flatMap((rank) => saidFirst(found.filter(({ certainty }) => certainty === rank)));
  const best = ordered.filter(({ certainty }) => certainty !== 'symptom');
  return (best.length > 0 ? best : ordered).slice(0, mostFindings);
}

/** Among equally certain causes, those that the failed command itself names come first. */
function saidFirst(findings: readonly Finding[]): readonly Finding[] {
  const isSaid = ({ evidence }: Finding): boolean => evidence[0]?.source === 'output';
  return [...findings.filter(isSaid), ...findings.filter((finding) => !isSaid(finding))];
}

function appliesTo({ since, until }: Cause, version: string | undefined): boolean {
  if (since === undefined && until === undefined) return true;
  if (version === undefined) return false;
  const parsed = parseVersion(version);
  return (since === undefined || isSince(parsed, since)) && (until === undefined || !isSince(parsed, until));
}

function findingOf(cause: Cause, witnesses: readonly Witness[]): readonly Finding[] {
  const matches = witnesses.flatMap((witness) => {
    if (!cause.sources.includes(witness.source) || cause.of?.test(witness.of) === false) return [];
    const lines = witness.lines.filter((line) => cause.pattern.test(plain(line)));
    return lines.length === 0 ? [] : [{ witness, lines: lines.slice(-mostLines) }];
  });
  // What a new pod says counts more than what the one before says.
  const first = matches.find(({ witness }) => witness.isOld !== true) ?? matches[0];
  const line = first?.lines.at(-1);
  if (first === undefined || line === undefined) return [];
  const fill = filler(cause.pattern, line, first.witness);
  const evidence = [first, ...matches.filter((one) => one !== first)].slice(0, mostPlaces);
  const words = lastWords(first.witness, witnesses);
  return [
    {
      id: cause.id,
      certainty: cause.certainty,
      message: fill(cause.says).trim(),
      hint: fill(cause.hint),
      evidence: [...evidence.map(({ witness, lines }) => ({ ...witness, lines })), ...words],
      isFatal: cause.isFatal === true && first.witness.isOld !== true,
    },
  ];
}

/** What the pod itself said last: a crash alone tells little. */
function lastWords({ source, of }: Witness, witnesses: readonly Witness[]): readonly Witness[] {
  if (source !== 'pod') return [];
  const log = witnesses.find((other) => other.source === 'pod-log' && other.of.endsWith(of));
  return log === undefined ? [] : [{ ...log, lines: log.lines.slice(-mostLines) }];
}

/** Puts in what was seen: `{host}`, `{of}`, `$1`. Groups that took no part are left out. */
function filler(pattern: RegExp, line: string, { host, node = host, of }: Witness): (text: string) => string {
  const groups = pattern.exec(plain(line)) ?? [];
  const values: Readonly<Record<string, string>> = { '{host}': node, '{of}': of };
  return (text) =>
    text.replace(/\{host\}|\{of\}|\$(\d)/g, (name, index?: string) =>
      index === undefined ? (values[name] ?? '') : withoutLooseQuote(groups[Number(index)] ?? ''),
    );
}

/** Quotes in what was quoted itself: klog writes err="… \"…\"". */
function plain(line: string): string {
  return line.replaceAll(/\\+"/g, '"');
}

/** The end of a quotation whose start was not taken along. */
function withoutLooseQuote(text: string): string {
  const trimmed = text.trim();
  const isLoose = trimmed.endsWith('"') && trimmed.split('"').length % 2 === 0;
  return isLoose ? trimmed.slice(0, -1) : trimmed;
}
