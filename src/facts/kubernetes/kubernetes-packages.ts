// Kubernetes' packages on the host, and whose entry of its package manager names their repository.
import { cmd, script, sequence } from '../../core/command.ts';
import { repositoryPackages } from '../../kube/package-repository.ts';
import type { Fact } from '../fact.ts';

export interface PackageState {
  readonly name: string;
  /** As the packagers write it: `1.37.2-1.1`. */
  readonly version: string;
  /** Set up; not only unpacked or half gone. */
  readonly isInstalled: boolean;
  /** Nobody's upgrade of the whole system changes it (dpkg). */
  readonly isHeld: boolean;
}

/** Those that are there, if only in part; of a host without dpkg none. */
export const kubernetesDebs: Fact<readonly PackageState[]> = {
  name: 'kubernetes.debs',
  scope: 'host',
  probe: () => sequence([cmd`set -- ${repositoryPackages}`, askDpkg]),
  parse: ({ stdout }) =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, want, state = '', name, version] = /^(\S+) (\S+) (\S+) (\S*)$/.exec(line) ?? [];
        if (name === undefined || version === undefined) throw new Error(`unexpected answer: ${line}`);
        return { name, version, isInstalled: state === 'installed', isHeld: want === 'hold' };
      })
      .filter(({ version, isInstalled }) => isInstalled || version !== ''),
};

/** What was removed and has left its settings counts as gone. */
const askDpkg = script(`
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f '\${db:Status-Want} \${db:Status-Status} \${Package} \${Version}\\n' "$@" 2>/dev/null |
    grep -Ev '^[a-z]+ (config-files|not-installed) '
fi
:
`);

/** Those that are there; of a host without rpm none. What keeps them as they are is not rpm's to know. */
export const kubernetesRpms: Fact<readonly Omit<PackageState, 'isHeld'>[]> = {
  name: 'kubernetes.rpms',
  scope: 'host',
  probe: () => sequence([cmd`set -- ${repositoryPackages}`, askRpm]),
  parse: ({ stdout }) =>
    [...stdout.matchAll(/^package (\S+) (\S+)$/gm)].map(([, name = '', version = '']) => ({
      name,
      version,
      isInstalled: true,
    })),
};

/** Where dpkg is, too, rpm is only a tool. */
const askRpm = script(`
if ! command -v dpkg-query >/dev/null && command -v rpm >/dev/null; then
  rpm -q --qf 'package %{NAME} %{VERSION}-%{RELEASE}\\n' "$@"
fi
:
`);

/** Keys that rpm believes: the end of each fingerprint, or (from rpm 6 on) all of it, in small letters. Of a host without rpm none. */
export const rpmKeys: Fact<readonly string[]> = {
  name: 'rpm.keys',
  scope: 'host',
  probe: () => listRpmKeys,
  parse: ({ stdout }) => [...stdout.matchAll(/^key ([0-9a-f]{8,40})$/gm)].map(([, key = '']) => key),
};

/** From rpm 4.20 on, keys may be no packages. */
const listRpmKeys = script(`
if ! command -v dpkg-query >/dev/null && command -v rpm >/dev/null; then
  rpm -q --qf 'key %{VERSION}\\n' gpg-pubkey
  rpmkeys --list 2>/dev/null | sed -n 's/^\\([0-9a-f]\\{40\\}\\) .*/key \\1/p'
fi
:
`);

/** Files of apt that name a repository, by its URL, and are not `own`. */
export const aptSources: Fact<readonly string[], { readonly url: string; readonly own: string }> = {
  name: 'apt.sources',
  scope: 'host',
  probe: ({ url, own }) => sequence([cmd`url=${url} own=${own}`, searchSources]),
  parse: ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
};

/** With or without a slash at its end, but no longer path. What is commented out or switched off does not count. */
const searchSources = script(`
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  [ -f "$file" ] && [ "$file" != "$own" ] || continue
  if grep -qiE '^Enabled:[[:space:]]*no' "$file"; then continue; fi
  grep -v '^[[:space:]]*#' "$file" | tr -s ' \\t' '\\n\\n' | grep -qxF -e "$url" -e "\${url%/}" && echo "$file"
done
:
`);
