// What was seen when something failed or took long: lines of one source.
import { defined } from '../../core/defined.ts';

/** Where lines come from, with the words that people read. */
export const sources = {
  output: 'what the command said',
  'kubelet-unit': "the kubelet's unit",
  kubelet: "the kubelet's log",
  'runtime-unit': "the container runtime's unit",
  runtime: "the container runtime's log",
  cri: "containerd's plugins",
  container: 'the log of a container on the host',
  disk: 'disks',
  api: 'the API',
  node: 'conditions of nodes',
  pod: 'state of a pod',
  'pod-log': 'the log of a pod',
  event: 'warnings of the API',
} as const;

export type Source = keyof typeof sources;

export interface Sighting {
  readonly source: Source;
  /** What it is of: `kubelet`, `pod kube-system/kube-proxy-x7k2p`. */
  readonly of: string;
  /** The node that it is about, where that is another than the host that was asked. */
  readonly node?: string;
  /** Bounded in number and length. */
  readonly lines: readonly string[];
  /** Of a pod that a newer one is about to replace, or the words of a container before it was started anew and ran. */
  readonly isOld?: true;
}

/** How many different lines of a source are kept. */
export const mostLines = 20;

/** The sighting with its last lines; none when they say nothing. */
export function seen(sighting: Sighting): readonly Sighting[] {
  const lines = lastLines(sighting.lines, mostLines);
  return lines.length === 0 ? [] : [{ ...sighting, lines }];
}

/** What a pod's log and warnings have of the pod, NAMESPACE/NAME. */
export function ofPod(pods: readonly Sighting[], place: string): Pick<Sighting, 'node' | 'isOld'> {
  const pod = pods.find(({ of }) => of === `pod ${place}`);
  return defined({ node: pod?.node, isOld: pod?.isOld });
}

/** The last lines that say something, each once, without what no terminal should get. */
export function lastLines(lines: readonly string[], most: number): readonly string[] {
  const clean = lines.map(cleanLine).filter((line) => line !== '');
  const newest = new Map<string, string>();
  for (const line of clean) {
    const words = line.replace(klogHead, '');
    // The last time counts: a map keeps the place of the first.
    newest.delete(words);
    newest.set(words, line);
  }
  return [...newest.values()].slice(-most);
}

/** What Kubernetes' programs begin each line of their logs with: level and time, then the process. */
const klogHead = /^[IWEF]\d{4} [\d:.]+ +\d+ /;

const longest = 600;

/** Sequences by which programs colour text, move the cursor (CSI), or set titles and links (OSC). */
const escapes =
  /(?:\u001b\[|\u009b)[\d;:?<=>]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g;

/** What controls a terminal or the direction of writing, and what ends a line; not the tab. */
const unseen = /(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function cleanLine(line: string): string {
  const text = line.replace(escapes, '').replace(unseen, '');
  const trimmed = text.trim();
  // Without the rest of a word that was cut: of a secret, no redactor would know it.
  return trimmed.length > longest ? trimmed.slice(0, longest).replace(/\S*$/, '…') : trimmed;
}
