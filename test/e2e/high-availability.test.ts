// The origin's whole scenario on real kernels: three control planes behind a virtual IP, a worker, and all that may break.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killLabNode, startLabNode } from '../../src/lab/nodes.ts';
import { looks, restartKubeProxy, type Breakage } from '../support/breakages.ts';
import { bootLab, note, type TestLab } from '../support/e2e-lab.ts';
import { problemsOf, program, recordedRun, tail } from '../support/program.ts';
import { secondsUntil } from '../support/stopwatch.ts';

const subnet = '100.69.0.0/16';
const virtualIP = '100.69.151.8';
const externalIPs = ['100.69.151.9', '100.69.151.10'] as const;
const controlPlanes = ['master1', 'master2', 'master3'] as const;
/** Somebody's own virtual server, such as keepalived's, in a network that kube-proxy is told to leave alone. */
const foreign = { network: '192.0.2.0/24', server: '192.0.2.10:8080', real: '192.0.2.20:80' };

let lab: TestLab;

beforeAll(async () => {
  lab = await bootLab({
    name: 'e2e-ha',
    subnet,
    controlPlanes: controlPlanes.length,
    change: (inventory) => {
      inventory.setIn(['cluster', 'kubeProxy', 'excludeCIDRs'], [foreign.network]);
    },
  });
});

afterAll(() => lab.remove());

describe('three control planes and a worker', { concurrent: false }, () => {
  it('come up in one command', async () => {
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    note(`up: ${up.seconds} s`);
    for (const event of up.events) {
      if (event.type === 'phase.finished') note(`${event.phase}: ${(event.durationMs / 1000).toFixed(1)} s`);
    }
  });

  it('stay as they are when it is asked for again', async () => {
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    expect(up.hosts.map(({ host, changed, failed }) => [host, changed, failed])).toEqual(
      lab.nodes.map(({ name }) => [name, 0, 0]),
    );
    note(`second up: ${up.seconds} s`);
  });

  it('share the virtual IP: one holds it, kube-proxy does not, and the API answers at it', async () => {
    expect(await holders()).toHaveLength(1);
    for (const { name } of lab.nodes)
      expect(await lab.on(name, 'ip -o -4 address show dev kube-ipvs0')).not.toContain(virtualIP);
    expect(await askApi()).toBe(true);
  });

  it('answer for each external IP through every node, each pod in its turn', async () => {
    for (const node of lab.nodes) {
      for (const address of externalIPs) {
        const answers = await lab.askThrough(node, address, 8);
        expect([...answers.values()].sort(), `${address} through ${node.name}`).toEqual([4, 4]);
      }
    }
  });

  it('are proved from this machine, too, with a picture of it all', async () => {
    const picture = join(dirname(lab.inventory), 'report.html');
    const verify = await recordedRun('verify', lab.inventory, '--traffic', '--report', picture);
    expect(verify.exitCode, tail(verify)).toBe(0);
    const page = await readFile(picture, 'utf8');
    for (const text of [...externalIPs, ...lab.nodes.map(({ name }) => name)]) expect(page).toContain(text);
    note(`verify --traffic: ${verify.seconds} s`);
  });

  it('are shown on one screen', async () => {
    const { exitCode, stdout, stderr } = await program('status', lab.inventory, '--output', 'plain');
    expect(exitCode, stderr).toBe(0);
    const [holder = ''] = await holders();
    expect(stdout).toContain(`virtual IP ${virtualIP}: held by ${holder} `);
    for (const { name } of lab.nodes)
      expect(stdout).toMatch(new RegExp(`^${name} +Ready .* ipvs v1\\.37\\.2 `, 'm'));
    for (const address of externalIPs)
      expect(stdout).toMatch(new RegExp(`^TCP ${address.replaceAll('.', '\\.')}:80 .* all 4 `, 'm'));
  });

  it('keep the virtual server of somebody else when kube-proxy starts anew', async () => {
    await lab.on(
      'worker1',
      `ipvsadm -A -t ${foreign.server} -s rr && ipvsadm -a -t ${foreign.server} -r ${foreign.real} -m`,
    );
    await restartKubeProxy(lab, 'worker1');
    expect(await lab.on('worker1', 'ipvsadm -ln')).toContain(foreign.real);
    const verify = await recordedRun('verify', lab.inventory);
    expect(verify.exitCode, tail(verify)).toBe(0);
    await lab.on('worker1', `ipvsadm -D -t ${foreign.server}`);
  });

  it.each(looks(externalIPs).map((look) => [look.map(({ name }) => name).join(', and '), look] as const))(
    'are found broken when %s',
    async (_, breakages) => {
      const broken: [breakage: Breakage, what: string][] = [];
      try {
        for (const breakage of breakages) broken.push([breakage, await breakage.break(lab)]);
        const verify = await recordedRun('verify', lab.inventory);
        expect(verify.exitCode, tail(verify)).toBe(7);
        for (const [{ name, isNamed }, what] of broken) {
          const named = problemsOf(verify).filter((message) => isNamed(message, what));
          expect(named, [name, ...problemsOf(verify)].join('\n')).not.toHaveLength(0);
          note(named.join('\n    '));
        }
      } finally {
        // The last one first: kube-proxy goes on at the end, and not before all is mended that it would touch.
        for (const [breakage, what] of broken.toReversed()) await breakage.mend(lab, what);
      }
    },
  );

  it('are as they should be again when all that is mended', async () => {
    const seconds = await secondsUntil(isVerified, { deadline: 180 });
    note(`clean again after ${seconds} s`);
  });

  it('go on when the holder of the virtual IP dies', async () => {
    const [holder = ''] = await holders();
    // The worst case for a client: the dead node is the one that it has spoken to.
    for (const address of externalIPs) await lab.remember(address, lab.node(holder));
    await killLabNode(lab.name, holder);
    const [api, ...external] = await Promise.all([
      secondsUntil(askApi, { deadline: 120 }),
      ...externalIPs.map((address) => secondsUntil(() => askExternalIP(address), { deadline: 180 })),
    ]);
    note(`${holder} killed: API answered through the virtual IP after ${api} s`);
    note(`external IPs answered after ${external.map((seconds) => `${seconds} s`).join(' and ')}`);
    expect(await holders(controlPlanes.filter((name) => name !== holder))).toHaveLength(1);

    await startLabNode(lab.name, holder, 180_000, new AbortController().signal);
    const seconds = await secondsUntil(isWhole, { deadline: 420 });
    note(`${holder} started again: verified after ${seconds} s`);
  });

  it('get back whole when a worker and a control plane are rebooted', async () => {
    const rebooted = ['worker1', 'master1'];
    for (const node of rebooted) await lab.on(node, 'touch /run/before-the-reboot && systemctl reboot');
    await Promise.all(rebooted.map((node) => secondsUntil(() => isRebooted(node), { deadline: 240 })));
    const seconds = await secondsUntil(isWhole, { deadline: 420 });
    note(`${rebooted.join(' and ')} rebooted: verified ${seconds} s after they answered SSH`);
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    note(`up after the reboot: ${up.seconds} s`);
    expect(up.hosts.map(({ changed }) => changed)).toEqual(lab.nodes.map(() => 0));
    expect(await holders()).toHaveLength(1);
    expect(await askApi()).toBe(true);
    for (const node of rebooted) {
      for (const address of externalIPs) {
        const answers = await lab.askThrough(lab.node(node), address, 4);
        expect([...answers.values()].sort(), `${address} through ${node}`).toEqual([2, 2]);
      }
    }
  });

  it('are bare again after a reset', async () => {
    const reset = await recordedRun('reset', lab.inventory, '--yes');
    expect(reset.exitCode, tail(reset)).toBe(0);
    note(`reset: ${reset.seconds} s`);
    expect(await holders()).toEqual([]);
    for (const { name } of lab.nodes) {
      expect(await lab.on(name, 'ip -o link')).not.toMatch(/kube-ipvs0|cni0|veth/);
      expect(await lab.on(name, 'ipvsadm -ln')).not.toContain('TCP');
      expect(await lab.on(name, 'pidof keepalived etcd kube-apiserver kubelet; true')).toBe('');
      const left =
        'ls -d /etc/keepalived/keepalived.conf /etc/ipvs-bootstrap /var/lib/etcd 2>/dev/null; true';
      expect(await lab.on(name, left)).toBe('');
    }
  });
});

/** The control planes that have the virtual IP on their interface. */
async function holders(among: readonly string[] = controlPlanes): Promise<readonly string[]> {
  const shown = await Promise.all(
    among.map(async (name) => [name, await lab.on(name, 'ip -o -4 address show')] as const),
  );
  return shown.filter(([, addresses]) => addresses.includes(` ${virtualIP}/`)).map(([name]) => name);
}

async function askApi(): Promise<true | string> {
  const url = `https://${virtualIP}:6443/healthz`;
  const { exitCode, stdout, stderr } = await lab.outside('curl', '-sSk', '--max-time', '3', url);
  return (exitCode === 0 && stdout === 'ok') || `${stdout} ${stderr}`;
}

async function askExternalIP(address: string): Promise<true | string> {
  const { exitCode, stderr } = await lab.outside('curl', '-sS', '--max-time', '3', `http://${address}/`);
  return exitCode === 0 || stderr;
}

async function isVerified(): Promise<true | string> {
  const verify = await recordedRun('verify', lab.inventory);
  return verify.exitCode === 0 || tail(verify);
}

/**
 * Every control plane's API server is an endpoint again, and verified. Before that a proof holds for the others alone,
 * and its successor may meet the moment in which the nodes learn of one more.
 */
async function isWhole(): Promise<true | string> {
  const endpoints = "get endpoints kubernetes -o jsonpath='{.subsets[*].addresses[*].ip}'";
  const question = `kubectl --kubeconfig /etc/kubernetes/admin.conf ${endpoints}; true`;
  const addresses = await lab.on('master2', question);
  if (addresses.split(' ').length < controlPlanes.length) return `endpoints of the API: ${addresses}`;
  return isVerified();
}

async function isRebooted(node: string): Promise<true | string> {
  const { exitCode, stderr } = await program(
    'lab',
    '--name',
    lab.name,
    'ssh',
    node,
    '--',
    'test ! -e /run/before-the-reboot',
  );
  return exitCode === 0 || stderr;
}
