// When the manifest of a pod network is read: where a task that is taken asks for its objects, however that is written.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindPlaybook } from '../../../src/app/bind-playbook.ts';
import { openCluster } from '../../../src/app/cluster.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { writeEmptyBundle } from '../../support/empty-bundle.ts';
import { noReading } from '../../support/no-fetching.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'bind-playbook-'));
const at = (name: string) => path.join(folder, name);
beforeAll(() => {
  writeEmptyBundle(at('bundle'));
  writeFileSync(at('net.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: net }\n');
  writeFileSync(
    at('cluster.yaml'),
    `cluster:
  name: lab
  kubernetes: { version: v1.20.2, source: { bundle: bundle } }
  network: { cni: { manifest: net.yaml } }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What becomes of a single task, and whether the manifest was read for it. */
async function bind(task: string) {
  const cluster = await openCluster(at('cluster.yaml'), { homeDirectory: '/home/alice', userName: 'alice' });
  writeFileSync(at('play.yaml'), `name: play\ntitle: Play\ntasks:\n  - { name: Look, ${task} }\n`);
  let reads = 0;
  const podNetwork = {
    ...cluster.podNetwork,
    read: () => {
      reads += 1;
      return cluster.podNetwork.read();
    },
  };
  const chosen = { playbook: at('play.yaml') };
  const { phases } = await bindPlaybook({ ...cluster, podNetwork }, chosen, new Redactor(), noReading);
  return { host: phases[0]?.tasks[0]?.hosts[0], reads };
}

const applied = (objects: string) =>
  `op: pod-network.applied, on: first-control-plane, with: { from: master1, version: v1.20.2, objects: '${objects}' }`;

it.each([
  ['in the usual way', applied('${{ cni.objects }}')],
  ['as a key', applied('${{ cni["objects"] }}')],
])('an argument may ask for the objects %s', async (_, task) => {
  expect(await bind(task)).toMatchObject({
    host: { args: { objects: [{ kind: 'Namespace' }] } },
    reads: 1,
  });
});

it('a condition may ask for them', async () => {
  const task = `op: pod-network.found, when: ['\${{ cni.objects.size == 1 }}']`;
  expect(await bind(task)).toMatchObject({ host: { args: {} }, reads: 1 });
});

it.each([
  ['for something else', 'op: pod-network.found'],
  ['in a task that is left out', applied('${{ cni.objects }}')],
])('nobody reads the manifest who asks %s', async (_, task) => {
  expect(await bind(`${task}, when: ['\${{ cni.kind == "none" }}']`)).toMatchObject({
    host: { skipped: 'cni.kind == "none"' },
    reads: 0,
  });
});
