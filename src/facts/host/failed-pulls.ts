// Images of workloads that could not be pulled, as far as containerd has been told nothing new since then.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { ownPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

/** Reasons by full reference. */
export type FailedPulls = Readonly<Record<string, string>>;

/** Defines `$notes`, a file, and `is_stale`. */
export const failedPullsFile: Command = sequence([
  cmd`notes=${ownPaths.failedPulls}`,
  script(`
is_stale() {
  for path in /etc/containerd/config.toml /etc/containerd/certs.d/*/*; do
    if [ "$path" -nt "$notes" ]; then return 0; fi
  done
  return 1
}
`),
]);

export const failedPulls: Fact<FailedPulls> = {
  name: 'pulls.failed',
  scope: 'host',
  probe: () => sequence([failedPullsFile, script('if [ -f "$notes" ] && ! is_stale; then cat "$notes"; fi')]),
  parse({ stdout }) {
    const lines = stdout.split('\n').filter((line) => line !== '');
    return Object.fromEntries(
      lines.map((line) => {
        const [, image, reason] = /^(\S+) (.*)$/.exec(line) ?? [];
        if (image === undefined || reason === undefined) throw new Error(`unexpected answer: ${line}`);
        return [image, reason];
      }),
    );
  },
};
