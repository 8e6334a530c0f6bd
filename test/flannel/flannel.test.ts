// `npm run check:flannel`: a pod network that others make, from its manifest and as the user's own business, on real
// kernels. Not a part of `npm test`, for its time: a quarter of an hour on a busy machine, and five minutes more to compile
// flannel once.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument, type Document } from 'yaml';
import { openBuildContext } from '../../src/lab/debian/cached-build.ts';
import { nodeRelease } from '../../src/lab/debian/node-release.ts';
import { cacheDirectory } from '../../src/lab/state/paths.ts';
import { bootLab, note, type TestLab } from '../support/e2e-lab.ts';
import { problemsOf, program, recordedRun, tail, type RunRecord } from '../support/program.ts';
import { secondsUntil } from '../support/stopwatch.ts';
import { flannelImage, flannelImages, pluginImage, writeBundle } from './images.ts';
import { changed, forOurPlugin, sha256 } from './manifest.ts';
import { flannelPrograms, manifestFile } from './programs.ts';

const cni = ['cluster', 'network', 'cni'] as const;
const bundle = ['cluster', 'kubernetes', 'source', 'bundle'] as const;
const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf';

let lab: TestLab;
/** The lab's own bundle, which has no flannel. */
let ownBundle: string;
/** flannel's manifest with the plugin of the bundle. */
let manifest: string;

beforeAll(async () => {
  const built = await buildFlannel();
  manifest = forOurPlugin(built.manifest);
  lab = await bootLab({
    name: 'flannel',
    subnet: '100.73.0.0/16',
    change: (inventory) => {
      ownBundle = inventory.getIn(bundle) as string;
      inventory.setIn(bundle, './bundle');
      inventory.setIn(cni, { manifest: './flannel.yaml', sha256: sha256(manifest) });
    },
  });
  await writeFile(beside('flannel.yaml'), manifest);
  await writeBundle(beside('bundle'), ownBundle, built.images);
});

afterAll(() => lab.remove());

describe('the manifest of a pod network', { concurrent: false }, () => {
  it('is refused with another digest, before anything is connected', async () => {
    const inventory = await variant('digest', (it) => {
      it.setIn([...cni, 'sha256'], sha256('another'));
    });
    for (const command of ['plan', 'up']) {
      const { exitCode, stderr } = await program(command, inventory);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`./flannel.yaml has another SHA-256: ${sha256(manifest)}`);
      expect(stderr).toContain('digest.yaml:');
    }
  });

  it('is refused where the bundle lacks its images, all of them at once', async () => {
    const inventory = await variant('images', (it) => {
      it.setIn(bundle, ownBundle);
    });
    for (const command of ['plan', 'up']) {
      const { exitCode, stderr } = await program(command, inventory);
      expect(exitCode).toBe(3);
      for (const image of [flannelImage, pluginImage])
        expect(stderr).toContain(`the pod network's image ${image} is not in the bundle`);
    }
  });

  it('connects the pods in one command, and a second one changes nothing', async () => {
    const plan = await recordedRun('plan', lab.inventory);
    expect(plan.exitCode, tail(plan)).toBe(2);
    const first = await recordedRun('up', lab.inventory);
    expect(first.exitCode, tail(first)).toBe(0);
    for (const { name } of lab.nodes)
      expect(await lab.on(name, 'ip -d link show flannel.1')).toContain('vxlan id 1');
    expect(await nodes()).toMatch(/^(\S+ +Ready .*\n?){2}$/);
    const second = await recordedRun('up', lab.inventory);
    expectUnchanged(second);
    note(`up with flannel: ${first.seconds} s, a second time ${second.seconds} s`);
  });

  it('serves traffic, also that of one node to the pods of the other', async () => {
    const verify = await recordedRun('verify', lab.inventory, '--traffic');
    expect(verify.exitCode, tail(verify)).toBe(0);
    expect(problemsOf(verify)).toEqual([]);
    note(`verify --traffic: ${verify.seconds} s`);
  });

  it('says which pods do not come up, and why', async () => {
    await writeFile(beside('broken.yaml'), changed(manifest, { '- --ip-masq\n': '- --iface=nosuch0\n' }));
    const inventory = await variant('broken-inventory', (it) => {
      it.setIn(cni, { manifest: './broken.yaml' });
    });
    await writeFile(beside('apply.yaml'), applyFor('100s'));
    const run = await recordedRun('run', beside('apply.yaml'), '-i', inventory);
    expect(run.exitCode, tail(run)).toBe(6);
    const said = failuresOf(run).join('\n');
    note(said);
    expect(said).toContain('DaemonSet kube-flannel/kube-flannel-ds has ');
    expect(said).toMatch(/kube-flannel-ds-\w+ on (master1|worker1): .*Failed to find interface to use/);
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
  });

  it('leaves nothing behind after a reset', async () => {
    await expectBare(await recordedRun('reset', lab.inventory, '--yes'));
  });
});

describe('a pod network that is left to the user', { concurrent: false }, () => {
  let inventory: string;

  beforeAll(async () => {
    inventory = await variant('none', (it) => {
      it.setIn(cni, 'none');
    });
  });

  it('is waited for by nobody: up ends and says what is missing', async () => {
    const up = await recordedRun('up', inventory);
    expect(up.exitCode, tail(up)).toBe(6);
    expect(failuresOf(up).join('\n')).toContain('the cluster has no pod network yet');
    expect(await nodes()).toMatch(/^(\S+ +NotReady .*\n?){2}$/);
    const again = await recordedRun('up', inventory);
    expect(again.exitCode, tail(again)).toBe(6);
    expectUnchanged(again, 6);
    const verify = await recordedRun('verify', inventory);
    expect(verify.exitCode, tail(verify)).toBe(7);
    expect(kindsOf(verify)).toContain('pod-network.missing');
    note(`up without a pod network: ${up.seconds} s, a second time ${again.seconds} s`);
    note(problemsOf(verify).join('\n    '));
  });

  it('is used once it is there, here flannel with routes instead of an overlay', async () => {
    const theirs = changed(manifest, { '"Type": "vxlan"': '"Type": "host-gw"' });
    await lab.on('master1', `${kubectl} apply -f - <<'END'\n${theirs}\nEND`);
    const areReady = async () => {
      const listed = await nodes();
      return !listed.includes('NotReady') || listed;
    };
    note(`nodes ready after kubectl apply: ${await secondsUntil(areReady, { deadline: 180 })} s`);
    const up = await recordedRun('up', inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    expectUnchanged(await recordedRun('up', inventory));
    for (const { name } of lab.nodes)
      expect(await lab.on(name, 'ip route')).toMatch(/^10\.244\.\d\.0\/24 via 100\.73\./m);
    const verify = await recordedRun('verify', inventory, '--traffic');
    expect(verify.exitCode, tail(verify)).toBe(0);
  });

  it('is taken away by a reset as well', async () => {
    await expectBare(await recordedRun('reset', inventory, '--yes'));
  });
});

async function buildFlannel(): Promise<{ readonly manifest: string; readonly images: string }> {
  const { signal } = new AbortController();
  const started = performance.now();
  const context = await openBuildContext(cacheDirectory(), nodeRelease, () => undefined, signal);
  const programs = await flannelPrograms(context);
  const images = await flannelImages(context, programs.directory);
  const seconds = Math.round((performance.now() - started) / 1000);
  note(`flannel is ${programs.outcome}, its images are ${images.outcome}: ${seconds} s`);
  return {
    manifest: await readFile(join(programs.directory, manifestFile), 'utf8'),
    images: images.directory,
  };
}

async function nodes(): Promise<string> {
  return lab.on('master1', `${kubectl} get nodes --no-headers`);
}

function beside(file: string): string {
  return join(dirname(lab.inventory), file);
}

/** Another inventory of the same lab. */
async function variant(name: string, change: (inventory: Document) => void): Promise<string> {
  const document = parseDocument(await readFile(lab.inventory, 'utf8'));
  change(document);
  await writeFile(beside(`${name}.yaml`), document.toString());
  return beside(`${name}.yaml`);
}

/** A playbook that applies the manifest as `up` does, and waits less. */
function applyFor(wait: string): string {
  return `name: apply
title: Apply the manifest
tasks:
  - name: Apply the pod network's manifest
    op: pod-network.applied
    on: first-control-plane
    wait: ${wait}
    with:
      from: \${{ cluster.firstControlPlane }}
      version: \${{ cluster.kubernetes.version }}
      objects: \${{ cni.objects }}
`;
}

function expectUnchanged(run: RunRecord, exitCode = 0): void {
  expect(run.exitCode, tail(run)).toBe(exitCode);
  expect(run.hosts.map(({ changed }) => changed)).toEqual(lab.nodes.map(() => 0));
}

function failuresOf({ events }: RunRecord): readonly string[] {
  return events.flatMap((event) => (event.type === 'host.failed' ? [event.error.message] : []));
}

function kindsOf({ events }: RunRecord): readonly unknown[] {
  return events.flatMap((event) => (event.type === 'problem' ? [event.data?.['kind']] : []));
}

/** Nothing of Kubernetes, flannel or this program on any node; routes and rules are looked for, too. */
async function expectBare(reset: RunRecord): Promise<void> {
  expect(reset.exitCode, tail(reset)).toBe(0);
  note(`reset: ${reset.seconds} s`);
  for (const { name } of lab.nodes) {
    const state = [
      'find /etc/cni/net.d /opt/cni /var/lib/cni /run/flannel -mindepth 1 2>/dev/null',
      "ip -o link | grep -E 'flannel|cni0|veth|kube-ipvs0'",
      "ip route | grep -E '10\\.244\\.'",
      "iptables-save | grep -iE 'flannel|kube|cni'",
      'ls -d /etc/kubernetes /var/lib/ipvs-bootstrap /etc/ipvs-bootstrap 2>/dev/null',
    ].join('; ');
    expect(await lab.on(name, `${state}; true`), name).toBe('');
  }
}
