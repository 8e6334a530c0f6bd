// A worker's join waits for its node, by a real shell and a kubectl that has the node only after a while.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitNode } from '../../../../src/operations/kubeadm/join-steps.ts';

/** It knows one command only, and the node from the second time on. */
const kubectl = `#!/bin/sh
[ "$*" = '--kubeconfig=/etc/kubernetes/kubelet.conf --request-timeout=20s get node worker1 -o name' ] || exit 64
echo asked >>"$0.log"
[ "$(grep -c . "$0.log")" -ge 2 ]
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'await-node-'));
  writeFileSync(join(directory, 'kubectl'), kubectl);
  chmodSync(join(directory, 'kubectl'), 0o755);
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

it('goes on when the API knows the node', () => {
  const PATH = `${directory}:${process.env['PATH'] ?? ''}`;
  execFileSync('sh', ['-c', awaitNode('worker1').text], { env: { PATH }, timeout: 20_000 });
  expect(readFileSync(join(directory, 'kubectl.log'), 'utf8')).toBe('asked\nasked\n');
});
