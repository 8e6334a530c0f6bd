// The file systems that hold certain directories, as the kubelet measures them.
import { cmd, script, sequence } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface FileSystem {
  /** What lies on it, of the directories that were asked for; those that are not there yet, too. */
  readonly directories: readonly string[];
  readonly mountPoint: string;
  readonly sizeMiB: number;
  /** For programs that are not root's, as the kubelet counts it. */
  readonly freeMiB: number;
  /** 0 where the file system makes them as it goes. */
  readonly inodes: number;
  readonly inodesFree: number;
}

export const fileSystems: Fact<readonly FileSystem[], { readonly directories: readonly string[] }> = {
  name: 'host.file-systems',
  scope: 'host',
  probe: ({ directories }) => sequence([cmd`set -- ${directories}`, measure]),
  parse({ stdout }, { directories }) {
    const found = new Map<string, FileSystem>();
    for (const directory of directories) {
      const row = rowOf(stdout, directory);
      if (row === undefined) throw new Error(`no file system is found for ${directory}`);
      const before = found.get(row.mountPoint)?.directories ?? [];
      found.set(row.mountPoint, { ...row, directories: [...before, directory] });
    }
    return [...found.values()];
  },
};

/** Of what is not there yet, that of the directory that it is to be in. */
const measure = script(`
for wanted; do
  at=$wanted
  while [ ! -d "$at" ] && [ -n "$at" ]; do at=\${at%/*}; done
  numbers=$(stat -f -c '%S %b %a %c %d' "\${at:-/}") && df -P "\${at:-/}" | {
    read -r _; read -r _ _ _ _ _ mount; printf '%s\\t%s\\t%s\\n' "$wanted" "$numbers" "$mount"
  }
done
`);

function rowOf(stdout: string, directory: string): FileSystem | undefined {
  const line = stdout.split('\n').find((one) => one.startsWith(`${directory}\t`));
  const [, numbers = '', mountPoint = ''] = line?.split('\t') ?? [];
  const [block = NaN, blocks = NaN, free = NaN, inodes = NaN, inodesFree = NaN] = numbers
    .split(' ')
    .map(Number);
  if ([block, blocks, free, inodes, inodesFree].some(Number.isNaN) || mountPoint === '') return undefined;
  const mebibytes = (count: number): number => Math.floor((count * block) / 2 ** 20);
  return {
    directories: [],
    mountPoint,
    sizeMiB: mebibytes(blocks),
    freeMiB: mebibytes(free),
    inodes,
    inodesFree,
  };
}
