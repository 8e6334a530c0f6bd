// Which containerd a host has.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Such as "1.6.20", without what a distribution adds; `null` when there is none. */
export const containerdVersion: Fact<string | null> = {
  name: 'containerd.version',
  scope: 'host',
  probe: () => script('if command -v containerd >/dev/null; then containerd --version; fi'),
  parse({ stdout, stderr, exitCode }) {
    if (exitCode !== 0) throw new Error(`containerd does not start: ${stderr.trim()}`);
    if (stdout === '') return null;
    // containerd PUBLISHER VERSION REVISION
    const version = /^containerd \S+ v?(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
    if (version === undefined) throw new Error(`unexpected answer: ${stdout.slice(0, 80)}`);
    return version;
  },
};
