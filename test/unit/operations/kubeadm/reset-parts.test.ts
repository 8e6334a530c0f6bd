// The parts of a reset that delete, in real shells on folders of their own: what is somebody else's stays.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cmd, type Command } from '../../../../src/core/command.ts';
import { checkPods } from '../../../../src/facts/kubernetes/kubernetes-node.ts';
import { checkDirectory, kubernetesRemains } from '../../../../src/facts/kubernetes/kubernetes-remains.ts';
import { kubernetesPaths, ownPaths } from '../../../../src/kube/paths.ts';
import { parseVersion } from '../../../../src/kube/version.ts';
import { kubeadmReset } from '../../../../src/operations/kubeadm/commands.ts';
import {
  clearEtcd,
  clearKubelet,
  keepConfigurations,
  noteEtcd,
  restoreConfigurations,
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

  describe("the networks' configurations", () => {
    const paths = () => ({ directory: at('net.d'), kept: at('state', 'kept') });
    const empty = () => {
      for (const name of readdirSync(at('net.d'))) rmSync(at('net.d', name), { recursive: true });
    };

    it('are there again when kubeadm has emptied their directory', () => {
      make('net.d', '10-flannel.conflist');
      make('net.d', 'sub', 'key');
      chmodSync(at('net.d', 'sub', 'key'), 0o600);
      expect(run(keepConfigurations(paths()))).toEqual(done);
      empty();
      expect(run(restoreConfigurations(paths()))).toEqual(done);
      expect(readdirSync(at('net.d'))).toEqual(['10-flannel.conflist', 'sub']);
      expect(statSync(at('net.d', 'sub', 'key')).mode & 0o777).toBe(0o600);
      expect(readdirSync(at('state'))).toEqual([]);
    });

    it('are there again after an interruption, and where the directory is a link', () => {
      make('disk', '10-flannel.conflist');
      symlinkSync(at('disk'), at('net.d'));
      make('state', 'kept.new', 'half');
      expect(run(keepConfigurations(paths()))).toEqual(done);
      empty();
      make('disk', '87-podman.conflist');
      expect(run(keepConfigurations(paths()))).toEqual(done);
      empty();
      expect(run(restoreConfigurations(paths()))).toEqual(done);
      expect(readdirSync(at('disk'))).toEqual(['10-flannel.conflist', '87-podman.conflist']);
    });

    it('are not missed where there are none', () => {
      expect(run(keepConfigurations(paths()))).toEqual(done);
      expect(run(restoreConfigurations(paths()))).toEqual(done);
      expect(readdirSync(folder)).toEqual([]);
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

  it.each([
    ['v1.8.15', true],
    ['v1.16.15', true],
    ['v1.17.17', false],
  ])("of %s keeps the networks' configurations from kubeadm: %s", (version, isKept) => {
    const { text } = kubeadmReset(parseVersion(version), '/run/containerd/containerd.sock');
    expect(text.split(ownPaths.cniConfigurations).length > 1).toBe(isKept);
    if (!isKept) return;
    const [before = '', after = ''] = text.split('kubeadm reset "$@"');
    expect(before).toContain(ownPaths.cniConfigurations);
    expect(after).toContain(ownPaths.cniConfigurations);
  });

  it('is not over as long as it keeps them', () => {
    expect(kubernetesRemains.probe(undefined).text).toContain(ownPaths.cniConfigurations);
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
