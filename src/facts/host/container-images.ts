// Images in containerd's namespace for Kubernetes.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Digests by full reference; `null` when containerd does not answer. */
export type ContainerImages = Readonly<Record<string, string>> | null;

export const containerImages: Fact<ContainerImages> = {
  name: 'container.images',
  scope: 'host',
  // Without a socket ctr would wait ten seconds for one. The filter leaves out the names that are only digests.
  probe: () =>
    script(`
[ -S /run/containerd/containerd.sock ] &&
ctr --connect-timeout 5s -n k8s.io images ls 'name~="/"' 2>/dev/null || echo unreachable
`),
  parse({ stdout }) {
    const [head = '', ...rows] = stdout.trim().split('\n');
    if (head === 'unreachable') return null;
    if (!/^REF +TYPE +DIGEST /.test(head)) throw new Error(`unexpected answer: ${head}`);
    return Object.fromEntries(rows.map(readRow));
  },
};

function readRow(line: string): [string, string] {
  const [name = '', , digest = ''] = line.split(/ +/);
  return [name, digest];
}
