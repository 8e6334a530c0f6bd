// The distribution, from /etc/os-release.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface OsRelease {
  /** Lower-case word: debian. */
  readonly id: string;
  /** Relatives, nearest first. */
  readonly idLike: readonly string[];
  /** Empty for rolling releases. */
  readonly versionId: string;
  /** For people: "Debian GNU/Linux 12 (bookworm)". */
  readonly prettyName: string;
}

export const osRelease: Fact<OsRelease> = {
  name: 'os.release',
  scope: 'host',
  probe: () => script('cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || :'),
  parse({ stdout }) {
    const values = new Map(stdout.split('\n').map(readAssignment));
    const id = values.get('ID') ?? 'linux';
    return {
      id,
      idLike: (values.get('ID_LIKE') ?? '').split(/\s+/).filter((word) => word !== ''),
      versionId: values.get('VERSION_ID') ?? '',
      prettyName: values.get('PRETTY_NAME') ?? id,
    };
  },
};

/** NAME=value, where the value may be quoted as in a shell. */
function readAssignment(line: string): [string, string] {
  const at = line.indexOf('=');
  const value = line.slice(at + 1).trim();
  const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
  return [line.slice(0, Math.max(at, 0)), (quoted ?? value).replace(/\\(.)/g, '$1')];
}
