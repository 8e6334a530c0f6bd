// What a container that crashed has said, asked of a kubectl by a real shell.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { namespacePods } from '../../../src/facts/kubernetes/namespace-pods.ts';
import { kubernetesPaths } from '../../../src/kube/paths.ts';

const args = { namespace: 'kube-flannel' };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'namespace-pods-'));
  writeFileSync(path.join(directory, 'admin.conf'), '');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** The reason of the one pod, whose container has this status, with a kubectl that knows these logs. */
function reasonOf(status: object, logs: Readonly<Record<'now' | 'previous', string>>): string | null {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'flannel-a', namespace: 'kube-flannel' },
    status: { phase: 'Running', containerStatuses: [{ name: 'flannel', ready: false, ...status }] },
  };
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod] }, undefined, 4);
  const kubectl = `#!/bin/sh
say() { [ -n "$1" ] || { echo 'Error from server (BadRequest): not found' >&2; exit 1; }; echo "$1"; }
case "$*" in
  *go-template=*) echo 'flannel-a flannel' ;;
  *'get pods'*) cat <<'END'
${list}
END
  ;;
  *logs*--previous*) say '${logs.previous}' ;;
  *logs*) say '${logs.now}' ;;
esac
`;
  writeFileSync(path.join(directory, 'kubectl'), kubectl, { mode: 0o755 });
  const text = namespacePods
    .probe(args)
    .text.replaceAll(kubernetesPaths.adminKubeconfig, path.join(directory, 'admin.conf'));
  const env = { ...process.env, PATH: `${directory}:${process.env['PATH'] ?? ''}` };
  const { stdout, stderr, status: exitCode } = spawnSync('sh', ['-c', text], { encoding: 'utf8', env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const answer = namespacePods.parse({ stdout, stderr, exitCode: 0 }, args);
  return answer.reachable ? (answer.pods[0]?.reason ?? null) : answer.reason;
}

const crashed = { reason: 'Error', exitCode: 1 };

it('is told of one that was started again', () => {
  const waiting = {
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: crashed },
  };
  expect(reasonOf(waiting, { now: 'starting', previous: 'no interface' })).toBe(
    'CrashLoopBackOff: Error (exit code 1): no interface',
  );
});

it('is told of one that has crashed for the first time', () => {
  const first = { restartCount: 0, state: { terminated: crashed } };
  expect(reasonOf(first, { now: 'no interface', previous: '' })).toBe('Error (exit code 1): no interface');
});

it('is taken from the instance at hand where the log of the one before is gone', () => {
  const waiting = { restartCount: 1, state: { terminated: crashed } };
  const gone = 'unable to retrieve container logs for containerd://5ca1ab1e';
  expect(reasonOf(waiting, { now: 'no interface', previous: gone })).toBe(
    'Error (exit code 1): no interface',
  );
  expect(reasonOf(waiting, { now: gone, previous: gone })).toBe('Error (exit code 1)');
});

it('is not needed where nothing has been said', () => {
  const silent = { restartCount: 1, state: { terminated: crashed } };
  expect(reasonOf(silent, { now: '', previous: '' })).toBe('Error (exit code 1)');
});
