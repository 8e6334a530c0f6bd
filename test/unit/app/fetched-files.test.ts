// When the programs of a source are fetched: where a task that is taken installs them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindPlaybook } from '../../../src/app/bind-playbook.ts';
import { openCluster } from '../../../src/app/cluster.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { noReading } from '../../support/no-fetching.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fetched-files-'));
const at = (name: string) => path.join(folder, name);
beforeAll(() => {
  writeFileSync(
    at('cluster.yaml'),
    `cluster:
  name: lab
  kubernetes: { version: v1.37.2, source: binaries }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const kubelet = {
  kind: 'binary' as const,
  name: 'kubelet',
  path: 'kubelet',
  sha256: '5ca1ab1e'.repeat(8),
  size: 7,
};

/** What becomes of a single task, and how often the files were asked for. */
async function bind(task: string) {
  const cluster = await openCluster(at('cluster.yaml'), { homeDirectory: '/home/alice', userName: 'alice' });
  writeFileSync(at('play.yaml'), `name: play\ntitle: Play\ntasks:\n  - { name: Install, ${task} }\n`);
  let reads = 0;
  const { bundle } = cluster.kubernetes.known;
  const kubernetes = {
    ...cluster.kubernetes,
    read: async () => {
      reads += 1;
      const manifest = { ...bundle.manifest, files: [kubelet] };
      return { bundle: { directory: '/cache', manifest }, packages: null };
    },
  };
  const { phases } = await bindPlaybook(
    { ...cluster, kubernetes },
    { playbook: at('play.yaml') },
    new Redactor(),
    noReading,
  );
  return { host: phases[0]?.tasks[0]?.hosts[0], reads };
}

it('a task that sends programs has them fetched', async () => {
  expect(await bind(`op: binaries.installed, with: { bundle: '\${{ bundle }}' }`)).toMatchObject({
    host: { args: { bundle: { directory: '/cache', manifest: { files: [kubelet] } } } },
    reads: 1,
  });
});

it('a task that is left out has nothing fetched', async () => {
  const task = `op: binaries.installed, when: ['\${{ cni.kind == "none" }}'], with: { bundle: '\${{ bundle }}' }`;
  expect(await bind(task)).toMatchObject({ host: { skipped: 'cni.kind == "none"' }, reads: 0 });
});

it('a task that looks for packages in a bundle has nothing fetched', async () => {
  const task = `op: packages.installed, with: { bundle: '\${{ bundle }}', packages: [keepalived] }`;
  expect(await bind(task)).toMatchObject({
    host: { args: { bundle: { manifest: { files: [] } }, packages: ['keepalived'] } },
    reads: 0,
  });
});

it('the names of images are known without', async () => {
  const directories = `cniDirectories: '\${{ cni.directories }}'`;
  const task = `op: containerd.configured, with: { pauseImage: '\${{ bundle.manifest.pauseImage }}', ${directories} }`;
  expect(await bind(task)).toMatchObject({
    host: { args: { pauseImage: 'registry.k8s.io/pause:3.10.2' } },
    reads: 0,
  });
});
