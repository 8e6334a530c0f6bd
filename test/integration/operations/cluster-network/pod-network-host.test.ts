// A host gets ready for another pod network and gives everything of it back, with a real shell, files and interfaces.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask } from '../../../../src/facts/fact.ts';
import { podNetworkHost } from '../../../../src/facts/kubernetes/pod-network-host.ts';
import { podNetworkPrepared } from '../../../../src/operations/cluster-network/pod-network-prepared.ts';
import { podNetworkRemoved } from '../../../../src/operations/cluster-network/pod-network-removed.ts';
import type { FactReader, Plan, Step } from '../../../../src/operations/operation.ts';

const conflist = JSON.stringify({
  name: 'cbr0',
  plugins: [{ type: 'flannel', delegate: { hairpinMode: true } }, { type: 'portmap' }],
});

/** Holds mounts and interfaces that nobody else sees. */
let holder: ChildProcess;
beforeEach(async () => {
  holder = spawn('unshare', ['--mount', '--net', 'sh', '-c', 'echo ready; exec sleep 120'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout?.once('data', resolve));
  inside(`
mount -t sysfs none /sys || exit
for directory in /etc /opt /run /usr/libexec /var/lib; do
  mount -t tmpfs none "$directory" || exit
done
mkdir -p /etc/cni/net.d /opt/cni/bin /usr/libexec/cni /var/lib/ipvs-bootstrap
for name in bridge portmap; do echo '#!/bin/sh' >"/usr/libexec/cni/$name"; chmod +x "/usr/libexec/cni/$name"; done
echo mine >/opt/cni/bin/tuning; chmod +x /opt/cni/bin/tuning
echo '{ "name": "podman" }' >/etc/cni/net.d/87-podman.conflist
ip link add podman0 type bridge
ip address add 10.1.0.11/24 dev podman0 && ip link set podman0 up
ip route add 10.9.0.0/16 via 10.1.0.253
`);
});
afterEach(() => {
  holder.kill();
});

function inside(script: string, input = '') {
  const program = ['-t', String(holder.pid), '--mount', '--net', 'sh', '-c', script];
  const { status, stdout, stderr } = spawnSync('nsenter', program, { encoding: 'utf8', input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function look() {
  const query = ask(podNetworkHost);
  return query.parse({ stdout: inside(query.command.text), stderr: '', exitCode: 0 });
}

/** No iptables: its rules are other tests' subject. */
function facts(): FactReader {
  const host = look();
  return {
    get: ({ name }: { readonly name: string }) => (name === 'pod-network.host' ? host : []),
  } as FactReader;
}

function apply(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind === 'exec') inside(step.command.text);
    if (step.kind === 'write') inside(`cat >${step.path}`, String(step.content));
  }
}

const prepare = (): Plan => podNetworkPrepared.plan({ kind: 'manifest' }, facts());
const remove = (): Plan => podNetworkRemoved.plan({ pods: '10.244.0.0/16' }, facts());

it('is prepared once, and gives back what flannel left and nothing else', () => {
  const bare = look();
  expect(bare).toMatchObject({
    before: null,
    programs: ['tuning'],
    plugins: { names: ['bridge', 'portmap'] },
  });
  apply(prepare().steps);
  expect(prepare()).toMatchObject({ steps: [], warnings: [] });
  expect(inside('readlink /opt/cni/bin/bridge')).toBe('/usr/libexec/cni/bridge\n');

  inside(`
echo '${conflist}' >/etc/cni/net.d/10-flannel.conflist
echo key >/etc/cni/net.d/kubeconfig
echo program >/opt/cni/bin/flannel
mkdir -p /var/lib/cni/networks/cbr0 /var/lib/cni/networks/podman /var/lib/cni/results
touch /var/lib/cni/results/cbr0-1-eth0
ip link add cni0 type bridge && ip link add flannel.1 type vxlan id 1 dev lo dstport 8472 && ip link add other0 type bridge
mkdir -p /var/lib/cni/flannel /run/flannel
touch /var/lib/cni/flannel/1 /run/flannel/subnet.env
ip route add 10.8.0.0/16 via 10.1.0.253 && ip route add 10.244.1.0/24 via 10.1.0.12
`);
  const plan = remove();
  expect(plan.warnings).toEqual([
    'this came while the host was a node, and stays, as nobody can say whose it is: /etc/cni/net.d/kubeconfig, other0',
  ]);
  apply(plan.steps);
  expect(remove()).toEqual({ steps: [] });
  expect(inside('ls /etc/cni/net.d /opt/cni/bin /var/lib/cni/networks /sys/class/net').split('\n')).toEqual(
    expect.arrayContaining(['87-podman.conflist', 'kubeconfig', 'tuning', 'podman', 'podman0', 'other0']),
  );
  const { before, programs, interfaces } = look();
  expect({ before, programs }).toEqual({ before: null, programs: ['tuning'] });
  expect(inside('ls -d /run/flannel /var/lib/cni/* 2>/dev/null; :')).toBe('/var/lib/cni/networks\n');
  expect(inside('ip route').match(/^\S+(?= via)/gm)).toEqual(['10.8.0.0/16', '10.9.0.0/16']);
  expect(interfaces.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['cni0', 'flannel.1']));
});
