// The look at a host in a real shell: what is not there is left out, and of a container's logs the two newest are read.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostLook, type HostQuestion } from '../../../src/facts/diagnosis/host-look.ts';
import type { Sighting } from '../../../src/facts/diagnosis/sighting.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'look-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function log(pod: string, restart: number, lines: readonly string[], minutesAgo: number): void {
  const container = path.join(directory, pod, 'main');
  mkdirSync(container, { recursive: true });
  const file = path.join(container, `${restart}.log`);
  writeFileSync(file, lines.map((line) => `2026-01-01T00:00:00.1Z stderr F ${line}\n`).join(''));
  const time = Date.now() / 1000 - minutesAgo * 60;
  utimesSync(file, time, time);
}

/** With the directories of pods' logs and of the kubelet moved into the test's own, and programs there coming first. */
function look(more: Partial<HostQuestion> = {}): readonly Sighting[] {
  const args = { sinceSeconds: 60, ...more };
  const input = hostLook
    .probe(args)
    .text.replaceAll('/var/log/pods', directory)
    .replaceAll('/var/lib/kubelet', directory);
  const env = { ...process.env, PATH: `${directory}:${process.env['PATH'] ?? ''}` };
  const stdout = execFileSync('sh', { input, encoding: 'utf8', env }).replaceAll(directory, '/var/log/pods');
  return hostLook.parse({ stdout, stderr: '', exitCode: 0 }, args);
}

it('reads the two newest logs of a container, without what only informs', () => {
  log('kube-system_etcd-m1_0123', 1, ['long ago'], 30);
  log('kube-system_etcd-m1_0123', 2, ['I1128 10:00:00.0 1 x.go:1] all is well', 'panic: no data'], 20);
  log(
    'kube-system_etcd-m1_0123',
    3,
    ['{"level":"info","msg":"started"}', '{"level":"warn","msg":"slow"}'],
    10,
  );
  log('default_shop_4567', 0, ['of somebody else'], 1);
  const logs = look().filter(({ source }) => source === 'container');
  expect(logs.map(({ of, lines }) => [of, lines])).toEqual([
    ['main of pod kube-system/etcd-m1', ['{"level":"warn","msg":"slow"}']],
    ['main of pod kube-system/etcd-m1', ['panic: no data']],
  ]);
});

it('tells how full the disks are on a host that has nothing else', () => {
  const disks = look().filter(({ source }) => source === 'disk');
  expect(disks[0]?.lines[0]).toMatch(/ \d+% \//);
});

describe('of container runtimes', () => {
  /** A host on which every runtime is installed and stands still. */
  beforeEach(() => {
    const systemctl = path.join(directory, 'systemctl');
    writeFileSync(systemctl, '#!/bin/sh\n[ "$1" = show ] && echo ActiveState=inactive\nexit 0\n');
    chmodSync(systemctl, 0o755);
  });

  function runtimes(more?: Partial<HostQuestion>): readonly string[] {
    return look(more).flatMap(({ source, of }) => (source === 'runtime-unit' ? [of] : []));
  }

  it('looks at the one that the kubelet is told of', () => {
    expect(runtimes()).toEqual(['containerd']);
    const flags = path.join(directory, 'kubeadm-flags.env');
    writeFileSync(
      flags,
      'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///var/run/crio/crio.sock --v=2"\n',
    );
    expect(runtimes()).toEqual(['crio']);
    rmSync(flags);
    writeFileSync(
      path.join(directory, 'config.yaml'),
      '# containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\ncontainerRuntimeEndpoint: "unix:///run/cri-dockerd.sock"\nx: 1\n',
    );
    expect(runtimes()).toEqual(['cri-docker', 'docker']);
    writeFileSync(path.join(directory, 'config.yaml'), 'containerRuntimeEndpoint: ""\n');
    expect(runtimes()).toEqual(['containerd']);
  });

  it('looks at the one that the host is about to get, and at none that it does not know', () => {
    expect(runtimes({ criSocket: '/var/run/crio/crio.sock' })).toEqual(['crio']);
    expect(runtimes({ criSocket: '/run/my.sock' })).toEqual([]);
  });
});
