// The whole way on real kernels: two nodes, a cluster, its proof, breakages, reset, and the cluster once more.
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countedRun } from '../support/counted-run.ts';
import { bootLab, note, type TestLab } from '../support/e2e-lab.ts';
import { planBreaches } from '../support/plan-truth.ts';
import { problemsOf, program, recordedRun, tail, type RunRecord } from '../support/program.ts';

const labName = 'e2e';
/** Not the default one, so that the test runs beside a lab that somebody uses. */
const subnet = '100.68.0.0/16';
const externalIPs = ['100.68.151.9', '100.68.151.10'] as const;
/** A virtual server of somebody else, which the tool must never touch; kube-proxy is told of its network. */
const foreign = { network: '192.0.2.0/24', server: '192.0.2.10:8080', real: '192.0.2.20:80' };

let lab: TestLab;
let plan: RunRecord;

beforeAll(async () => {
  lab = await bootLab({
    name: labName,
    subnet,
    // The oldest that there is a cluster for; the other scenarios have the newest.
    more: ['--kubernetes', 'v1.20.2'],
    change: (inventory) => {
      inventory.setIn(['cluster', 'kubeProxy', 'excludeCIDRs'], [foreign.network]);
    },
  });
  expect(lab.nodes.map(({ name }) => name)).toEqual(['master1', 'worker1']);
});

afterAll(() => lab.remove());

describe('a cluster in the lab', { concurrent: false }, () => {
  it('is planned without touching a node', async () => {
    plan = await recordedRun('plan', lab.inventory);
    expect(plan.exitCode, tail(plan)).toBe(2);
    expect(await lab.on('worker1', 'ls /etc/kubernetes /etc/ipvs-bootstrap 2>&1; true')).toContain('No such');
  });

  it('comes up in one command, proved by its verify phase', async () => {
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    note(`up: ${up.seconds} s`);
    for (const event of up.events) {
      if (event.type === 'phase.finished') note(`${event.phase}: ${(event.durationMs / 1000).toFixed(1)} s`);
    }
    expect(planBreaches(plan.events, up.events)).toEqual([]);
  });

  it('changes nothing when it is asked for again', async () => {
    const watch = "find /etc /usr/local/bin /var/lib/ipvs-bootstrap -xdev -type f -printf '%p %T@\\n' | sort";
    const services = 'systemctl show -p ExecMainStartTimestampMonotonic containerd kubelet';
    const before = await lab.on('worker1', `${watch}; ${services}`);
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    expect(up.hosts.map(({ host, changed, failed }) => [host, changed, failed])).toEqual([
      ['master1', 0, 0],
      ['worker1', 0, 0],
    ]);
    expect(await lab.on('worker1', `${watch}; ${services}`)).toBe(before);
    note(`second up: ${up.seconds} s`);
  });

  it('leaves a plan nothing to say', async () => {
    const nothing = await recordedRun('plan', lab.inventory);
    expect(nothing.exitCode, tail(nothing)).toBe(0);
  });

  it('costs one connection and at most three round trips per host to find nothing to do', async () => {
    const { result, costs } = await countedRun(lab.inventory, 'up');
    expect(result.exitCode).toBe(0);
    for (const [host, { connections, roundTrips }] of costs) {
      expect(connections, host).toBe(1);
      expect(roundTrips, host).toBeLessThanOrEqual(3);
    }
  });

  it('shows what the origin shows: external IPs in the IPVS table and on kube-ipvs0', async () => {
    for (const { name } of lab.nodes) {
      const table = await lab.on(name, 'ipvsadm -ln');
      for (const address of externalIPs) {
        const [, after = ''] = table.split(`TCP  ${address}:80 rr\n`);
        const servers = after.split('\nTCP')[0]?.match(/-> 10\.244\.\d+\.\d+:80\s+Masq\s+1\s/g) ?? [];
        expect(servers, `${name}: ${table}`).toHaveLength(2);
      }
      const addresses = await lab.on(name, 'ip -o -4 address show dev kube-ipvs0');
      for (const address of externalIPs) expect(addresses).toContain(`${address}/32`);
      expect(await lab.on(name, 'curl -s http://127.0.0.1:10249/proxyMode')).toBe('ipvs');
    }
  });

  it('answers a client outside through each node in turn, from both pods', async () => {
    for (const node of lab.nodes) {
      for (const address of externalIPs) {
        const pods = await lab.askThrough(node, address, 8);
        expect([...pods.values()].sort(), `${address} through ${node.name}`).toEqual([4, 4]);
      }
    }
  });

  it('is found broken when a real server is missing on one node, and names it', async () => {
    const table = await lab.on('worker1', 'ipvsadm -ln');
    const [, server = ''] = /TCP {2}100\.68\.151\.9:80 rr\n {2}-> (\S+)/.exec(table) ?? [];
    // It would put the real server back at its next look, perhaps before verify has looked.
    await lab.on('worker1', 'kill -STOP $(pidof kube-proxy)');
    await lab.on('worker1', `ipvsadm -d -t ${externalIPs[0]}:80 -r ${server}`);
    const verify = await recordedRun('verify', lab.inventory);
    expect(verify.exitCode, tail(verify)).toBe(7);
    const named = problemsOf(verify).filter((message) => message.includes(server));
    expect(named).toHaveLength(1);
    for (const word of ['worker1', `${externalIPs[0]}:80`]) expect(named[0]).toContain(word);
    expect(problemsOf(verify).join('\n')).not.toContain('master1');
    note(named[0] ?? '');
  });

  it('is mended by kube-proxy, and verify says so', async () => {
    await lab.on('worker1', 'kill -CONT $(pidof kube-proxy)');
    const deadline = performance.now() + 120_000;
    let verify = await recordedRun('verify', lab.inventory);
    while (verify.exitCode !== 0 && performance.now() < deadline) {
      await sleep(2000);
      verify = await recordedRun('verify', lab.inventory);
    }
    expect(verify.exitCode, tail(verify)).toBe(0);
  });

  it('is reset without harm to the virtual server and the rule of somebody else', async () => {
    await lab.on(
      'worker1',
      `ipvsadm -A -t ${foreign.server} -s rr && ipvsadm -a -t ${foreign.server} -r ${foreign.real} -m`,
    );
    await lab.on(
      'worker1',
      'iptables -t nat -A POSTROUTING -s 192.0.2.0/24 -m comment --comment foreign -j MASQUERADE',
    );
    const reset = await recordedRun('reset', lab.inventory, '--yes');
    expect(reset.exitCode, tail(reset)).toBe(0);
    note(`reset: ${reset.seconds} s`);
    for (const { name } of lab.nodes) await expectBare(name);
    expect(await lab.on('worker1', 'ipvsadm -ln')).toContain(foreign.real);
    expect(await lab.on('worker1', 'iptables -t nat -S')).toContain('foreign');
  });

  it('comes up again after the reset', async () => {
    const up = await recordedRun('up', lab.inventory);
    expect(up.exitCode, tail(up)).toBe(0);
    note(`up after reset: ${up.seconds} s`);
    const verify = await recordedRun('verify', lab.inventory);
    expect(verify.exitCode, tail(verify)).toBe(0);
    expect(await lab.on('worker1', 'ipvsadm -ln')).toContain(foreign.real);
  });

  it('leaves nothing behind when the lab is taken down', async () => {
    const down = await program('lab', '--name', labName, 'down');
    expect(down.exitCode, tail(down)).toBe(0);
    const { stdout: namespaces } = await execa('ip', ['netns', 'list']);
    // Of this lab only: another one may be up on this machine.
    expect(namespaces).not.toMatch(new RegExp(`^ipvs-lab-${labName}(-client)?( |$)`, 'm'));
    const { stdout: processes } = await execa('ps', ['-eo', 'args']);
    expect(processes).not.toContain(`/lab/${labName}/`);
    const { stdout: mounts } = await execa('cat', ['/proc/mounts']);
    expect(mounts).not.toContain(`/lab/${labName}/`);
  });
});

/** What a host that was reset must not have any more. */
async function expectBare(node: string): Promise<void> {
  expect(await lab.on(node, 'ip -o link')).not.toMatch(/kube-ipvs0|cni0|veth/);
  expect(await lab.on(node, 'ipvsadm -ln')).not.toMatch(/10\.96\.|100\.68\.151\.(9|10):/);
  expect(await lab.on(node, 'iptables-save')).not.toMatch(/KUBE-|CNI-/);
  expect(await lab.on(node, 'ipset list -n')).not.toContain('KUBE-');
  expect(await lab.on(node, 'ip route')).not.toContain('10.244.');
  const files =
    '/etc/kubernetes/manifests/* /etc/cni/net.d/*ipvs* /etc/modules-load.d/*ipvs* /etc/sysctl.d/*ipvs*';
  expect(await lab.on(node, `ls -d ${files} 2>/dev/null; true`)).toBe('');
}
