// External IPs on the interface of one node each, on real kernels: who answers, who takes over, and back again. The
// cluster has both address families, and one of the external IPs is of IPv6.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inBrackets } from '../../src/core/ip.ts';
import { killLabNode, startLabNode } from '../../src/lab/nodes.ts';
import { bootLab, note, type TestLab } from '../support/e2e-lab.ts';
import { problemsOf, program, recordedRun, tail } from '../support/program.ts';
import { expectNotShown, secretsOn, watchProcesses } from '../support/secret-watch.ts';
import { secondsUntil } from '../support/stopwatch.ts';

const subnet = '100.71.0.0/16';
const virtualIP = '100.71.151.8';
const externalIPs = ['100.71.151.9', '100.71.151.10'] as const;
const externalIPv6 = 'fd4c:6162:6447::151:10';
const device = 'vec0';
/** Where it is watched what processes show, and a program that must be among them. */
const watched = Object.entries({ master1: 'kubeadm init', worker1: 'kubeadm join' });

let lab: TestLab;

beforeAll(async () => {
  lab = await bootLab({
    name: 'e2e-bind',
    subnet,
    workers: 2,
    more: ['--release', '12,13', '--containerd', '1,2', '--ip-family', 'dual'],
    change: (inventory) => {
      inventory.setIn(['externalIPs', 'bind'], 'interface');
      const ofService = (index: number) => ['workloads', index, 'services', 0, 'externalIPs'];
      inventory.setIn(ofService(0), [externalIPs[0]]);
      inventory.setIn(ofService(1), [externalIPs[1], externalIPv6]);
      // keepalived does both on the control plane.
      inventory.setIn(['cluster', 'controlPlane'], { vip: { address: virtualIP, interface: device } });
    },
  });
});

afterAll(() => lab.remove());

describe('external IPs on one node each', { concurrent: false }, () => {
  it('stop a run before any change when somebody has one', async () => {
    const [taken] = externalIPs;
    await lab.outside('ip', 'address', 'add', `${taken}/16`, 'dev', 'eth0');
    try {
      const up = await recordedRun('up', lab.inventory);
      expect(up.exitCode, tail(up)).toBe(5);
      expect(
        problemsOf(up).filter((message) => message.includes(`${taken} of user-a-ns/nginx is in use`)),
      ).toHaveLength(1);
      expect(up.hosts.map(({ changed }) => changed)).toEqual(lab.nodes.map(() => 0));
    } finally {
      await lab.outside('ip', 'address', 'del', `${taken}/16`, 'dev', 'eth0');
    }
  });

  it('have nodes of different ages: the first worker is of Debian 13 with containerd 2', async () => {
    const ages =
      '. /etc/os-release && echo "$VERSION_ID $(containerd --version | cut -d " " -f 3 | cut -c 1-2)"';
    const kinds = await Promise.all(lab.nodes.map(({ name }) => lab.on(name, ages)));
    expect(kinds).toEqual(['12 1.', '13 v2', '12 1.']);
    const { stdout } = await program('lab', '--name', lab.name, 'status', '--output', 'plain');
    expect(stdout).toMatch(/^worker1 .* 13 +2$/m);
  });

  it('come up in one command that shows no secret, and a second one changes nothing', async () => {
    const journal = join(dirname(lab.inventory), 'up.ndjson');
    for (const [node] of watched) await watchProcesses(lab, node);
    const first = await recordedRun('up', lab.inventory, '--log-file', journal);
    expect(first.exitCode, tail(first)).toBe(0);
    const secrets = await secretsOn(lab, 'master1');
    for (const [node, name] of watched) await expectNotShown(lab, node, name, secrets);
    for (const text of [first.stdout, first.stderr, await readFile(journal, 'utf8')])
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    const files = '/etc/keepalived/keepalived.conf /etc/kubernetes/admin.conf';
    expect(await lab.on('master1', `stat -c %a ${files}`)).toBe('600\n600');

    const second = await recordedRun('up', lab.inventory);
    expect(second.exitCode, tail(second)).toBe(0);
    expect(second.hosts.map(({ changed }) => changed)).toEqual(lab.nodes.map(() => 0));
    note(`up: ${first.seconds} s, a second time ${second.seconds} s`);
  });

  it('are answered for by one node each, and by different ones', async () => {
    const owners = await Promise.all(externalIPs.map((address) => answerers(address)));
    expect(owners).toEqual([['master1'], ['worker1']]);
    for (const address of externalIPs) expect(await askExternalIP(address)).toBe(true);
  });

  it('are balanced in IPv6 as well', async () => {
    const [, second] = externalIPs;
    expect(await isOwnedBy(externalIPv6, 'worker2')).toBe(true);
    expect(await askExternalIP(externalIPv6)).toBe(true);
    for (const { name } of lab.nodes) {
      const [ipv4, ipv6] = await Promise.all(
        [`${second}:80`, `[${externalIPv6}]:80`].map((server) => lab.on(name, `ipvsadm -ln -t ${server}`)),
      );
      expect(ipv4?.match(/-> 10\.244\./g), ipv4).toHaveLength(2);
      expect(ipv6?.match(/-> \[fd00:10:244:/g), ipv6).toHaveLength(2);
    }
  });

  it('are taken over when the owner dies, and given back when it is there again', async () => {
    await killLabNode(lab.name, 'worker1');
    const seconds = await secondsUntil(() => askExternalIP(externalIPs[1]), { deadline: 120 });
    note(`worker1 killed: ${externalIPs[1]} answered after ${seconds} s`);
    expect(await answerers(externalIPs[1], ['master1', 'worker2'])).toEqual(['worker2']);
    await startLabNode(lab.name, 'worker1', 180_000, new AbortController().signal);
    const back = await secondsUntil(() => isOwnedBy(externalIPs[1], 'worker1'), { deadline: 420 });
    note(`worker1 started again: its address is back after ${back} s`);
    await secondsUntil(isVerified, { deadline: 420 });
  });

  it('are found to have two owners when keepalived does not hear the others, and the DNS to be out of reach', async () => {
    // IPVS has changed the address of a question by then, but not the port.
    const rules = ['INPUT -p 112 -j DROP', 'OUTPUT -p udp --dport 53 -j DROP'];
    await lab.on('worker2', rules.map((rule) => `iptables -I ${rule}`).join(' && '));
    try {
      await secondsUntil(async () => (await isOwnedBy(externalIPs[0], 'worker2')) === true || 'not yet', {
        deadline: 60,
      });
      const verify = await recordedRun('verify', lab.inventory, '--traffic');
      expect(verify.exitCode, tail(verify)).toBe(7);
      const kinds = verify.events.flatMap((event) =>
        event.type === 'problem' ? [event.data?.['kind']] : [],
      );
      expect(kinds).toEqual(expect.arrayContaining(['owner.several', 'arp.several', 'dns.unanswered']));
      const unanswered = problemsOf(verify).filter((message) => message.includes('by UDP'));
      expect(unanswered.join('\n')).toContain('worker2');
    } finally {
      await lab.on('worker2', rules.map((rule) => `iptables -D ${rule}`).join(' ; '));
    }
    await secondsUntil(isVerified, { deadline: 120 });
  });

  it('are given back by unbind, which leaves the virtual IP and kube-proxy’s own', async () => {
    const unbind = await recordedRun('unbind', lab.inventory);
    expect(unbind.exitCode, tail(unbind)).toBe(0);
    for (const { name } of lab.nodes) {
      expect(await lab.on(name, `ip -o address show dev ${device}`)).not.toMatch(/151[.:](9|10)\//);
      expect(await lab.on(name, `cat /proc/sys/net/ipv4/conf/${device}/arp_ignore`)).toBe('0');
      expect(await lab.on(name, 'ls /etc/ipvs-bootstrap /etc/keepalived')).not.toContain('external-ips');
    }
    expect(await lab.on('master1', `ip -o -4 address show dev ${device}`)).toContain(` ${virtualIP}/`);
    expect(await lab.on('worker1', 'systemctl is-active keepalived; true')).toBe('inactive');
    // From 1.27.2 on kube-proxy leaves an address alone that another interface has, and looks every half minute.
    await secondsUntil(haveAllOnDummy, { deadline: 90 });
  });

  it('come back by bind alone', async () => {
    const bind = await recordedRun('bind', lab.inventory);
    expect(bind.exitCode, tail(bind)).toBe(0);
    await secondsUntil(isVerified, { deadline: 120 });
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    expect(up.hosts.map(({ changed }) => changed)).toEqual(lab.nodes.map(() => 0));
  });

  it('are gone after a reset', async () => {
    const reset = await recordedRun('reset', lab.inventory, '--yes');
    expect(reset.exitCode, tail(reset)).toBe(0);
    for (const { name } of lab.nodes) {
      expect(await lab.on(name, 'ip -o address show')).not.toMatch(/151[.:](8|9|10)\//);
      // What the package itself brings, which is more on Debian 13.
      const packaged = '-e keepalived.conf.sample -e keepalived.config-opts';
      const left = await lab.on(name, `ls -A /etc/keepalived | grep -vx ${packaged}; true`);
      expect(left).toBe('');
      expect(await lab.on(name, 'systemctl is-active keepalived; true')).toBe('inactive');
    }
  });
});

/** Whether every node has the external IPs on kube-ipvs0; what they have where not. */
async function haveAllOnDummy(): Promise<string | true> {
  const command = 'ip -o -4 address show dev kube-ipvs0';
  const shown = await Promise.all(lab.nodes.map(({ name }) => lab.on(name, command)));
  const areThere = shown.every((text) => externalIPs.every((address) => text.includes(` ${address}/`)));
  return areThere || shown.join('\n');
}

/** The nodes that answer ARP for an address. Two ask, as a node does not hear itself. */
async function answerers(
  address: string,
  asking: readonly string[] = ['master1', 'worker2'],
): Promise<readonly string[]> {
  const heard = await Promise.all(
    asking.map((name) => lab.on(name, `arping -c 2 -w 2 -I ${device} ${address}; true`)),
  );
  const hardware = new Set(
    heard.flatMap((text) => [...text.matchAll(/\[([0-9A-F:]+)\]/g)].map(([, one = '']) => one.toLowerCase())),
  );
  return [...hardware]
    .map((one) => lab.nodes.find(({ mac }) => mac.toLowerCase() === one)?.name ?? one)
    .sort();
}

async function isOwnedBy(address: string, node: string): Promise<true | string> {
  const { stdout } = await program(
    'lab',
    '--name',
    lab.name,
    'ssh',
    node,
    '--',
    `ip -o address show dev ${device}`,
  );
  return stdout.includes(` ${address}/`) || stdout;
}

async function askExternalIP(address: string): Promise<true | string> {
  const url = `http://${inBrackets(address)}/`;
  const { exitCode, stderr } = await lab.outside('curl', '-sS', '--max-time', '3', url);
  return exitCode === 0 || stderr;
}

async function isVerified(): Promise<true | string> {
  const verify = await recordedRun('verify', lab.inventory);
  return verify.exitCode === 0 || tail(verify);
}
