// The parts of a reset that delete, in real shells on folders of their own: what is somebody else's stays.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cmd, type Command } from '../../../../src/core/command.ts';
import { checkPods } from '../../../../src/facts/kubernetes/kubernetes-node.ts';
import { checkDirectory, kubernetesRemains } from '../../../../src/facts/kubernetes/kubernetes-remains.ts';
import { kubernetesPaths, ownPaths } from '../../../../src/kube/paths.ts';
import { parseVersion } from '../../../../src/kube/version.ts';
import { kubeadmReset } from '../../../../src/operations/kubeadm/commands.ts';
import { clearEtcd, clearKubelet, noteEtcd } from '../../../../src/operations/kubeadm/reset-parts.ts';

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

describe.each(['sh', 'bash'])('in %s', (shell) => {
  const run = (command: Command) => {
    const { status, stderr } = spawnSync(shell, ['-c', command.text], { encoding: 'utf8' });
    return { status, stderr };
  };
  const done = { status: 0, stderr: '' };

  describe("etcd's data", () => {
    const parts = () => ({
      data: at('etcd'),
      manifest: at('manifests', 'etcd.yaml'),
      mark: at('state', 'mark'),
    });

    it('goes where kubeadm has made an etcd', () => {
      make('etcd', 'member', 'wal', '0.wal');
      make('manifests', 'etcd.yaml');
      expect(run(noteEtcd(parts(), []))).toEqual(done);
      expect(run(clearEtcd(parts()))).toEqual(done);
      expect(existsSync(at('etcd'))).toBe(false);
    });

    it('stays where somebody else runs an etcd', () => {
      make('etcd', 'default', 'member', 'wal', '0.wal');
      expect(run(noteEtcd(parts(), []))).toEqual(done);
      expect(run(clearEtcd(parts()))).toEqual(done);
      expect(existsSync(at('etcd', 'default', 'member', 'wal', '0.wal'))).toBe(true);
      expect(existsSync(at('state'))).toBe(false);
    });

    it('goes after a reset that was interrupted when the manifest was gone', () => {
      make('etcd', 'member', 'wal', '0.wal');
      make('manifests', 'etcd.yaml');
      run(noteEtcd(parts(), []));
      rmSync(at('manifests'), { recursive: true });
      expect(run(noteEtcd(parts(), []))).toEqual(done);
      expect(run(clearEtcd(parts()))).toEqual(done);
      expect(existsSync(at('etcd'))).toBe(false);
    });

    it('is kept from kubeadm where somebody else runs an etcd, and only there', () => {
      const flags = () => run(cmd`set -- --a\n${noteEtcd(parts(), ['--skip'])}\necho "$@" >&2`).stderr;
      expect(flags()).toBe('--a\n');
      make('etcd', 'default', 'member', 'wal', '0.wal');
      expect(flags()).toBe('--a --skip\n');
      make('manifests', 'etcd.yaml');
      expect(flags()).toBe('--a\n');
      rmSync(at('manifests'), { recursive: true });
      expect(flags()).toBe('--a\n');
    });

    it('goes from a directory that is a link, and the link stays', () => {
      make('disk', 'member', 'wal', '0.wal');
      make('disk', 'lost+found', 'x');
      symlinkSync(at('disk'), at('etcd'));
      make('manifests', 'etcd.yaml');
      run(noteEtcd(parts(), []));
      expect(run(clearEtcd(parts()))).toEqual(done);
      expect(readdirSync(at('etcd'))).toEqual(['lost+found']);
    });

    it('may be gone already', () => {
      make('manifests', 'etcd.yaml');
      run(noteEtcd(parts(), []));
      expect(run(clearEtcd(parts()))).toEqual(done);
    });
  });

  describe("the kubelet's directory", () => {
    it('goes', () => {
      make('kubelet', 'pods', 'x', 'etc-hosts');
      expect(run(clearKubelet(at('kubelet')))).toEqual(done);
      expect(existsSync(at('kubelet'))).toBe(false);
    });

    it('tells whether pods have run that an API server knew', () => {
      const found = () =>
        spawnSync(shell, ['-c', checkPods(at('kubelet')).text], { encoding: 'utf8' }).stdout;
      make('kubelet', 'pods', 'static', 'etc-hosts');
      make('kubelet', 'pods', 'static', 'volumes', 'kubernetes.io~empty-dir', 'x', 'y');
      expect(found()).toBe('');
      make('kubelet', 'pods', 'a', 'volumes', 'kubernetes.io~configmap', 'kube-proxy', 'config.conf');
      expect(found()).toBe('yes hasRunPods\n');
    });

    it('counts while there is something in it', () => {
      const found = () =>
        spawnSync(shell, ['-c', checkDirectory(at('kubelet')).text], { encoding: 'utf8' }).stdout;
      expect(found()).toBe('');
      make('kubelet', 'lost+found', 'x');
      expect(found()).toBe('');
      make('kubelet', 'config.yaml');
      expect(found()).toBe(`kubernetes ${at('kubelet')}\n`);
    });
  });
});

describe('a reset', () => {
  it.each([
    ['v1.15.12', false],
    ['v1.34.2', true],
  ])("of %s keeps kubeadm from emptying somebody else's etcd: %s", (version, isKept) => {
    const { text } = kubeadmReset(parseVersion(version), '/run/containerd/containerd.sock');
    expect(text.includes('set -- "$@" --skip-phases=remove-etcd-member')).toBe(isKept);
  });

  it("knows of etcd's data by its own mark only", () => {
    const { text } = kubernetesRemains.probe(undefined);
    expect(text).toContain(ownPaths.etcdToClear);
    expect(text).not.toContain(kubernetesPaths.etcdData);
  });

  it('forgets its mark last', () => {
    const { text } = kubeadmReset(parseVersion('v1.20.2'), '/run/containerd/containerd.sock');
    expect(text).toMatch(new RegExp(`${ownPaths.etcdToClear}$`));
  });
});
