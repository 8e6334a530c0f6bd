// The parts of a reset that need a kernel: mounts and network namespaces, in namespaces of their own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../src/core/command.ts';
import { clearKubelet } from '../../../src/operations/reset-parts.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reset-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (...names: readonly string[]) => path.join(folder, ...names);
const make = (...names: readonly string[]) => {
  mkdirSync(path.dirname(at(...names)), { recursive: true });
  writeFileSync(at(...names), '');
};

describe("the kubelet's directory", () => {
  /** The mounts are seen there only; what is written is seen here as well. */
  const runMounted = (command: Command, mounts: string) =>
    spawnSync('unshare', ['--mount', 'sh', '-c', `${mounts}\n${command.text}\nls -A ${at('kubelet')}`], {
      encoding: 'utf8',
    });

  it('stays empty where it is a mount point, and what pods had mounted keeps its content', () => {
    make('disk', 'pods', 'x', 'etc-hosts');
    make('disk', 'lost+found', 'y');
    make('volume', 'data');
    mkdirSync(at('disk', 'pods', 'x', 'volume'));
    mkdirSync(at('kubelet'));
    const mounts = `mount --bind ${at('disk')} ${at('kubelet')} && mount --bind ${at('volume')} ${at('kubelet', 'pods', 'x', 'volume')} || exit`;
    expect(runMounted(clearKubelet(at('kubelet')), mounts)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'lost+found\n',
    });
    expect(readdirSync(at('volume'))).toEqual(['data']);
    expect(readdirSync(at('disk'))).toEqual(['lost+found']);
  });

  it('is emptied where it is a link, and what pods had mounted keeps its content', () => {
    make('disk', 'pods', 'x', 'etc-hosts');
    make('volume', 'data');
    mkdirSync(at('disk', 'pods', 'x', 'volume'));
    symlinkSync(at('disk'), at('kubelet'));
    const mounts = `mount --bind ${at('volume')} ${at('disk', 'pods', 'x', 'volume')} || exit`;
    expect(runMounted(clearKubelet(at('kubelet')), mounts)).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(at('volume'))).toEqual(['data']);
    expect(readdirSync(at('disk'))).toEqual([]);
  });
});
