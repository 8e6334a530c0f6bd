// The parts of a reset that need a kernel: mounts and network namespaces, in namespaces of their own.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cmd, type Command } from '../../../../src/core/command.ts';
import {
  clearKubelet,
  deletePodNamespaces,
  endShims,
  notePodNamespaces,
} from '../../../../src/operations/kubeadm/reset-parts.ts';

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

describe("the pods' network namespaces", () => {
  const names = ['ours', 'used', 'other'].map((name) => `cni-test-${process.pid}-${name}`) as [
    string,
    string,
    string,
  ];
  const [ours, used, other] = names;
  beforeEach(() => {
    for (const name of names) execFileSync('ip', ['netns', 'add', name]);
  });
  afterEach(() => {
    for (const name of names) spawnSync('ip', ['netns', 'del', name]);
  });
  const paths = () => ({
    networks: ['ipvs-bootstrap', 'cbr0'],
    results: at('results'),
    note: at('run', 'namespaces'),
  });
  const result = (network: string, namespace: string) => {
    mkdirSync(at('results'), { recursive: true });
    const interfaces = [{ name: 'eth0', mac: '8a:00', sandbox: `/var/run/netns/${namespace}` }];
    const text = JSON.stringify({ kind: 'cniCacheV1', networkName: network, result: { interfaces } });
    // As libcni calls it: network, container and interface.
    const container = createHash('sha256').update(namespace).digest('hex');
    writeFileSync(at('results', `${network}-${container}-eth0`), text);
  };
  const sh = (command: Command) => spawnSync('sh', ['-c', command.text], { encoding: 'utf8' });
  const isThere = (name: string) => existsSync(`/run/netns/${name}`);

  it("go when they are of the cluster's networks' pods and nobody is in them", () => {
    result('ipvs-bootstrap', ours);
    result('cbr0', used);
    result('cbr0-other', other);
    const user = spawn('ip', ['netns', 'exec', used, 'sleep', '60']);
    try {
      const steps = cmd`${notePodNamespaces(paths())}\nrm -r ${at('results')}\n${deletePodNamespaces(paths())}`;
      const wait = cmd`until [ -n "$(ip netns pids ${used})" ]; do sleep 0.1; done`;
      expect(sh(cmd`${wait}\n${steps}`)).toMatchObject({ status: 0, stderr: '' });
    } finally {
      user.kill();
    }
    expect(names.map(isThere)).toEqual([false, true, true]);
    expect(existsSync(at('run', 'namespaces'))).toBe(false);
  });

  it('go after an interruption, when nothing else knows them any more', () => {
    result('ipvs-bootstrap', ours);
    expect(sh(notePodNamespaces(paths()))).toMatchObject({ status: 0, stderr: '' });
    rmSync(at('results'), { recursive: true });
    const again = cmd`${notePodNamespaces(paths())}\n${deletePodNamespaces(paths())}`;
    expect(sh(again)).toMatchObject({ status: 0, stderr: '' });
    expect(isThere(ours)).toBe(false);
  });
});

describe('shims', () => {
  it('end when they are of our containerd', async () => {
    writeFileSync(at('ours.sock'), '');
    symlinkSync(at('ours.sock'), at('link.sock'));
    // Its name and its arguments are all that a shim is told by.
    symlinkSync('/bin/sh', at('containerd-shim-runc-v2'));
    const start = (...args: readonly string[]) =>
      spawn(at('containerd-shim-runc-v2'), ['-c', 'read line', ...args], { stdio: 'pipe' });
    const shims = [at('ours.sock'), at('link.sock'), at('theirs.sock')].map((socket) =>
      start('-namespace', 'k8s.io', '-id', 'x', '-address', socket),
    );
    const ends = shims.map(
      (shim) =>
        new Promise((resolve) => {
          shim.once('exit', (_, signal) => {
            resolve(signal);
          });
        }),
    );
    await Promise.all(shims.map((shim) => new Promise((resolve) => shim.once('spawn', resolve))));
    expect(spawnSync('sh', ['-c', endShims(at('ours.sock')).text], { encoding: 'utf8' }).stderr).toBe('');
    shims[2]?.stdin.end();
    expect(await Promise.all(ends)).toEqual(['SIGKILL', 'SIGKILL', null]);
  });
});
