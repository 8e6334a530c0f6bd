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

const container = '0123456789abcdef'.repeat(4);

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
# Plugins of this machine's own, if it has any.
[ ! -d /usr/lib/cni ] || mount -t tmpfs none /usr/lib/cni || exit
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
touch /var/lib/cni/results/cbr0-${container}-eth0 /var/lib/cni/results/cbr0-other-${container}-eth0
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
  expect(inside('ls /var/lib/cni/results')).toBe(`cbr0-other-${container}-eth0\n`);
  const { before, programs, interfaces } = look();
  expect({ before, programs }).toEqual({ before: null, programs: ['tuning'] });
  expect(inside('ls -d /run/flannel /var/lib/cni/flannel 2>/dev/null; :')).toBe('');
  expect(inside('ip route').match(/^\S+(?= via)/gm)).toEqual(['10.8.0.0/16', '10.9.0.0/16']);
  expect(interfaces.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['cni0', 'flannel.1']));
});

it('reads configurations and notes that have no line end at their end', () => {
  inside(`
printf '{ "name": "a" }' >/etc/cni/net.d/10-a.conflist
printf '{ "name": "b" }' >/etc/cni/net.d/20-b.conf
printf 'file 87-podman.conflist\\ninterface podman0' >/var/lib/ipvs-bootstrap/before-pod-network
`);
  const { before, files, configurations } = look();
  expect(files).toEqual(['10-a.conflist', '20-b.conf', '87-podman.conflist']);
  expect(configurations.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
    { name: 'a' },
    { name: 'b' },
    { name: 'podman' },
  ]);
  expect(configurations.map(({ isPackaged }) => isPackaged)).toEqual([false, false, false]);
  expect(before).toEqual({
    files: ['87-podman.conflist'],
    programs: [],
    interfaces: ['podman0'],
    routes: [],
  });
});

it('tells the configurations that packages have brought', () => {
  inside(`
echo '{}' >/etc/cni/net.d/10-a.conflist
: >/var/lib/ipvs-bootstrap/before-pod-network
mkdir /etc/bin && printf '#!/bin/sh\n[ "$2" = /etc/cni/net.d/87-podman.conflist ]\n' >/etc/bin/rpm && chmod +x /etc/bin/rpm
`);
  const query = ask(podNetworkHost);
  const stdout = inside(`PATH=/etc/bin:$PATH; ${query.command.text}`);
  const { configurations } = query.parse({ stdout, stderr: '', exitCode: 0 });
  expect(configurations.map(({ name, isPackaged }) => [name, isPackaged])).toEqual([
    ['10-a.conflist', false],
    ['87-podman.conflist', true],
  ]);
});

it('takes no file that a driver puts beside the interfaces for one', () => {
  const query = ask(podNetworkHost);
  const names = inside(`
mkdir -p /etc/net/lo /etc/net/eth1.100 && echo bond0 >/etc/net/bonding_masters
mount --bind /etc/net /sys/class/net
${query.command.text}
`);
  const { interfaces } = query.parse({ stdout: names, stderr: '', exitCode: 0 });
  expect(interfaces.map(({ name }) => name)).toEqual(['eth1.100', 'lo']);
});
