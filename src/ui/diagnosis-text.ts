// Why something failed or takes long, as lines for people: the likeliest cause, what says so, what to do.
import type { CauseView, SightingView } from '../engine/events/events.ts';
import type { EventOf } from './handlers.ts';
import type { Style } from './style.ts';

type Diagnosed = EventOf<'task.diagnosed'>;

/** So much of a line is shown; journals and JSON have all of it. */
const longestLine = 300;
/** Of what was seen where no cause is known. */
const mostPlaces = 3;
/** Of commands to look closer with. */
const mostCloser = 3;

/** Lines that stand below an error, or below the wait that goes on. */
export function diagnosisLines({ causes, seen }: Diagnosed, style: Style): readonly string[] {
  const [first, ...others] = causes;
  if (first === undefined) return unknownLines(seen, style);
  return [
    `  ${style.strong(label(first))} ${first.message} ${style.faint(`[${first.id}]`)}`,
    ...first.evidence.flatMap((sighting) => sightingLines(sighting, style)),
    `  ${style.strong('hint:')} ${first.hint}`,
    ...others.map(({ message, id }) => `  ${style.strong('also:')} ${message} ${style.faint(`[${id}]`)}`),
    ...closerLines([first, ...others], style),
  ];
}

function label({ certainty }: CauseView): string {
  return certainty === 'symptom' ? 'possible cause:' : 'likely cause:';
}

/** The last words of those who speak most often of what is wrong. */
function unknownLines(seen: readonly SightingView[], style: Style): readonly string[] {
  const telling = ['pod-log', 'pod', 'kubelet', 'runtime', 'node', 'api'];
  const places = telling.flatMap((source) => seen.filter((sighting) => sighting.source === source));
  if (places.length === 0) return [];
  return [
    `  ${style.strong('no known cause was found;')} what was seen last:`,
    ...places
      .slice(0, mostPlaces)
      .flatMap((sighting) => sightingLines({ ...sighting, lines: sighting.lines.slice(-2) }, style)),
  ];
}

function sightingLines({ host, source, of, lines }: SightingView, style: Style): readonly string[] {
  const place = source === 'output' ? host : `${host}, ${placeOf(source, of)}`;
  return lines.map((line) => {
    const shown = line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
    return `    ${style.faint(`${place}:`)} ${shown}`;
  });
}

function placeOf(source: SightingView['source'], of: string): string {
  if (source === 'kubelet') return 'journalctl -u kubelet';
  if (source === 'runtime') return `journalctl -u ${of}`;
  if (source === 'kubelet-unit' || source === 'runtime-unit') return `systemctl show ${of}`;
  if (source === 'pod-log' || source === 'container') return `log of ${of}`;
  if (source === 'event') return `warning about ${of}`;
  if (source === 'cri') return 'ctr plugins ls';
  return source === 'disk' ? 'df' : of;
}

/** Where more is to be read of what the causes are based on. */
function closerLines(causes: readonly CauseView[], style: Style): readonly string[] {
  const places = causes.flatMap(({ evidence }) => evidence.flatMap((sighting) => closerLook(sighting)));
  const shown = [...new Set(places)].slice(0, mostCloser);
  return [`  ${style.faint(`look closer: ${[...shown, 'docs/diagnosis.md'].join('; ')}`)}`];
}

/** Where the lines of a source come from; nowhere for what is shown whole. */
const closerKinds: Readonly<Record<SightingView['source'], 'kubelet' | 'runtime' | 'object' | undefined>> = {
  kubelet: 'kubelet',
  'kubelet-unit': 'kubelet',
  node: 'kubelet',
  runtime: 'runtime',
  'runtime-unit': 'runtime',
  cri: 'runtime',
  container: 'object',
  pod: 'object',
  'pod-log': 'object',
  event: 'object',
  output: undefined,
  disk: undefined,
  api: undefined,
};

function closerLook({ host, node = host, source, of }: SightingView): readonly string[] {
  const kind = closerKinds[source];
  if (kind === 'kubelet') return [`journalctl -u kubelet on ${node}`];
  if (kind === 'runtime') return [`journalctl -u ${of} on ${host}`];
  return kind === 'object' ? kubectlLook(of) : [];
}

/** @param of `CONTAINER of pod NAMESPACE/NAME`, `KIND NAMESPACE/NAME` */
function kubectlLook(of: string): readonly string[] {
  const [, container, kind = '', namespace = '', name = ''] =
    /^(?:(\S+) of )?(\w+) ([^/]+)\/(\S+)$/.exec(of) ?? [];
  if (kind === '') return [];
  const what = container === undefined ? `describe ${kind} ${name}` : `logs ${name} -c ${container}`;
  return [`kubectl -n ${namespace} ${what}`];
}
