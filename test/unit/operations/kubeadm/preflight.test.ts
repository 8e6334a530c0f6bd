// Which of kubeadm's checks run, by version and host, and what is made of their end.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { ClusterSettings } from '../../../../src/kube/kubeadm/settings.ts';
import { parseVersion } from '../../../../src/kube/version.ts';
import { checksBefore, preflightOf } from '../../../../src/operations/kubeadm/preflight.ts';

function cluster(version: string, ignoredPreflightErrors: readonly string[] = []): ClusterSettings {
  return { version: parseVersion(version), ignoredPreflightErrors } as unknown as ClusterSettings;
}

const bare = { hasCrictl: false };

/** With what this program has looked at itself. */
const leftOut = (names: readonly string[], pulls: 'init' | 'join' | 'none' = 'init') => [
  `--ignore-preflight-errors=${[
    ...['NumCPU', 'SystemVerification'],
    ...(pulls === 'none' ? [] : ['DirAvailable--var-lib-etcd']),
    ...names,
  ].join(',')}`,
];

describe("kubeadm's preflight", () => {
  it.each([
    ['v1.8.15', 'init', 'none', []],
    ['v1.12.10', 'init', 'none', []],
    ['v1.13.12', 'init', 'before', ['FileExisting-crictl']],
    ['v1.13.12', 'join', 'none', []],
    ['v1.13.12', 'none', 'within', ['FileExisting-crictl']],
    ['v1.30.14', 'join', 'before', ['FileExisting-crictl']],
    ['v1.31.0', 'init', 'within', []],
    ['v1.37.2', 'join', 'within', []],
  ] as const)('without crictl, of %s for %s, runs %s', (version, pulls, kind, names) => {
    expect(preflightOf(cluster(version), bare, pulls)).toEqual({
      kind,
      flags: kind === 'none' ? [] : leftOut(names, pulls),
    });
  });

  it('runs but for what was looked at before where crictl is', () => {
    const host = { hasCrictl: true };
    expect(preflightOf(cluster('v1.20.2'), host, 'init')).toEqual({ kind: 'within', flags: leftOut([]) });
    const chosen = preflightOf(cluster('v1.20.2', ['Swap', 'NumCPU']), host, 'init');
    expect(chosen.flags).toEqual([
      '--ignore-preflight-errors=Swap,NumCPU,SystemVerification,DirAvailable--var-lib-etcd',
    ]);
  });

  it('lets a control plane have a disk of its own for etcd, which has a lost+found', () => {
    for (const verb of ['init', 'join'] as const) {
      const [flag = ''] = preflightOf(cluster('v1.31.0'), bare, verb).flags;
      expect(flag.split(',')).toContain('DirAvailable--var-lib-etcd');
    }
  });

  it('does not object to what an init that goes on has made itself', () => {
    const [flag = ''] = preflightOf(cluster('v1.31.0'), { hasCrictl: true, hasRemains: true }, 'init').flags;
    expect(flag.split(',')).toContain('DirAvailable--var-lib-etcd');
    expect(flag).not.toContain('crictl');
  });

  it('never names checks beside "all", which kubeadm refuses', () => {
    const { flags } = preflightOf(cluster('v1.20.2', ['Swap', 'All']), bare, 'init');
    expect(flags).toEqual(['--ignore-preflight-errors=All']);
  });
});

describe('checks of their own', () => {
  const run = (kubeadm: string) => {
    const [command] = checksBefore({ kind: 'before', flags: ['--ignore-preflight-errors=X'] }, 'join');
    const program = `file=/x; kubeadm() { [ "$*" = 'join phase preflight --config=/x --ignore-preflight-errors=X' ] || echo "$*"; ${kubeadm}; }\n${command?.text ?? ''}`;
    return spawnSync('sh', ['-c', program], { encoding: 'utf8' });
  };

  it('are passed when kubeadm comes to the images', () => {
    expect(run('return 0')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const images = "echo '[preflight] Pulling images required'; echo 'crictl: not found' >&2; return 1";
    expect(run(images)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('say what kubeadm says when it objects', () => {
    const objection = "echo '[preflight] Running'; echo '[ERROR Port-6443]' >&2; return 1";
    expect(run(objection)).toMatchObject({ status: 1, stderr: '[preflight] Running\n[ERROR Port-6443]\n' });
  });
});
