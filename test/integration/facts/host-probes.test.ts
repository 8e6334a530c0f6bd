// The probes of what a host has on it already, run by a real shell over directories of this test's own.
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ask, type FactQuery } from '../../../src/facts/fact.ts';
import { bootSwap } from '../../../src/facts/host/boot-swap.ts';
import { leftOvers } from '../../../src/facts/kubernetes/left-overs.ts';
import { endpointView } from '../../../src/facts/network/endpoint-view.ts';
import { hostResolver } from '../../../src/facts/network/resolver.ts';

/** Asks in a mount namespace of its own, in which /etc, /run and /var/lib are empty but for what `prepare` makes. */
function askIn<Value>(prepare: string, query: FactQuery<Value>): Value {
  // awk is a link into /etc/alternatives on Debian.
  const program = `set -e
awk=$(readlink -f "$(command -v awk)")
for place in /etc /run /var/lib; do mount -t tmpfs none $place; done
mkdir -p /etc/systemd/system /etc/alternatives /var/lib/kubelet /var/lib/etcd
ln -s "$awk" /etc/alternatives/awk
${prepare}
set +e
${query.command.text}`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-s'], {
    input: program,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  return query.parse({ stdout, stderr, exitCode: status ?? 1 });
}

it('finds nothing on a bare host', () => {
  const bare = { isInUse: false, etcdData: [], mounts: [], kubeletSettings: [], deadStarts: [] };
  expect(askIn('mkdir /var/lib/etcd/lost+found; touch /etc/fstab', ask(leftOvers))).toEqual(bare);
  expect(askIn('', ask(bootSwap))).toEqual([]);
});

it('finds what an earlier installation has left, with files and lines', () => {
  const found = askIn(
    `mkdir -p /var/lib/etcd/member /var/lib/kubelet/pods/x /etc/default /etc/systemd/system/kubelet.service.d
mount -t tmpfs rbd0 /var/lib/kubelet/pods/x
printf '# old\\n[Service]\\nExecStart=\\nExecStart=/usr/bin/kubelet \\\\\\n  --allow-privileged=true\\n\\n# x\\nCPUAccounting=true\\n' >/etc/systemd/system/kubelet.service.d/90-old.conf
echo '[Service]' >/etc/systemd/system/kubelet.service.d/10-kubeadm.conf
printf '\\nKUBELET_EXTRA_ARGS=--max-pods=9\\n' >/etc/default/kubelet
printf '[Service]\\nExecStart=-/usr/local/bin/no-such-containerd --x\\n' >/etc/systemd/system/containerd.service`,
    ask(leftOvers),
  );
  const dropIn = '/etc/systemd/system/kubelet.service.d/90-old.conf';
  expect(found).toEqual({
    isInUse: false,
    etcdData: ['member'],
    mounts: [{ device: 'rbd0', place: '/var/lib/kubelet/pods/x' }],
    kubeletSettings: [
      { path: dropIn, line: 2, text: '[Service]' },
      { path: dropIn, line: 3, text: 'ExecStart=' },
      { path: dropIn, line: 4, text: 'ExecStart=/usr/bin/kubelet    --allow-privileged=true' },
      { path: dropIn, line: 8, text: 'CPUAccounting=true' },
      { path: '/etc/default/kubelet', line: 2, text: 'KUBELET_EXTRA_ARGS=--max-pods=9' },
    ],
    deadStarts: [
      {
        path: '/etc/systemd/system/containerd.service',
        line: 2,
        text: 'ExecStart=-/usr/local/bin/no-such-containerd --x',
      },
    ],
  });
});

it('finds swap that comes back, and none that is masked', () => {
  const prepare = `printf '# s\\nUUID=1 / ext4 defaults 0 1\\n/swap\\\\040file none swap sw 0 0\\n#/b none swap sw 0 0\\n/c none swap sw,noauto 0 0\\n' >/etc/fstab
mkdir -p /run/systemd/generator.late /etc/systemd/system/multi-user.target.wants
echo What=/dev/null >/run/systemd/generator.late/dev-sda3.swap
touch /run/systemd/generator.late/dev-sda4.swap
ln -s /dev/null /etc/systemd/system/dev-sda4.swap
touch /etc/systemd/system/multi-user.target.wants/dphys-swapfile.service`;
  const service = {
    place: '/etc/systemd/system/multi-user.target.wants/dphys-swapfile.service',
    what: 'dphys-swapfile.service',
  };
  expect(askIn(prepare, ask(bootSwap))).toEqual([
    { place: '/etc/fstab:3', what: '/swap\\040file', device: '/swap file' },
    { place: '/run/systemd/generator.late/dev-sda3.swap', what: 'dev-sda3.swap', device: '/dev/null' },
    service,
  ]);
  const masked = `${prepare}\nln -s /dev/null /etc/systemd/system/swap.target`;
  expect(askIn(masked, ask(bootSwap))).toEqual([service]);
});

it('reads the resolver, and where a link leads that is not there', () => {
  const resolver = askIn(
    "printf 'nameserver 10.0.0.2 \\n nameserver\\t::1\\n#nameserver 1.1.1.1\\n' >/etc/resolv.conf",
    ask(hostResolver),
  );
  const files = [{ path: '/etc/resolv.conf', nameservers: ['10.0.0.2', '::1'] }];
  expect(resolver).toEqual({ files, dangling: null, isNode: false });
  const dangling = askIn('ln -s ../run/x/resolv.conf /etc/resolv.conf', ask(hostResolver));
  expect(dangling).toEqual({ files: [], dangling: '../run/x/resolv.conf', isNode: false });
});

it('tells a name that is unknown, a port that is closed and an address that is to come', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const view = (host: string, later: readonly string[] = []) =>
    askIn(
      'echo "127.0.0.1 api.test" >/etc/hosts; echo "hosts: files" >/etc/nsswitch.conf',
      ask(endpointView, { host, port, later }),
    );
  const accepted = { addresses: ['127.0.0.1'], dialled: 'accepted', reason: '', isNode: false };
  expect(view('127.0.0.1')).toEqual(accepted);
  expect(view('api.test')).toEqual(accepted);
  expect(view('api.test', ['127.0.0.1'])).toEqual({ ...accepted, dialled: null });
  expect(view('unknown.test')).toEqual({ addresses: [], dialled: null, reason: '', isNode: false });
  await new Promise((done) => server.close(done));
  expect(view('127.0.0.1')).toEqual({ ...accepted, dialled: 'refused' });
  // Nothing leads to the addresses that stand for no network at all.
  expect(view('255.255.255.255').dialled).toBe('unreachable');
});

it('takes the best of several addresses, of which some lead nowhere', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  const hosts = `printf '127.0.0.1 api.test\\n255.255.255.255 api.test\\n' >/etc/hosts
echo 'multi on' >/etc/host.conf; echo 'hosts: files' >/etc/nsswitch.conf`;
  const view = askIn(hosts, ask(endpointView, { host: 'api.test', port, later: [] }));
  expect(view).toEqual({
    addresses: ['127.0.0.1', '255.255.255.255'],
    dialled: 'refused',
    reason: '',
    isNode: false,
  });
});

it("takes the file that the kubelet's own flag names first, and NetworkManager's list last", () => {
  const prepare = `mkdir -p /etc/default /run/NetworkManager
printf '# x\\nKUBELET_EXTRA_ARGS="--v=2 --resolv-conf=/etc/kubelet-resolv.conf"\\n' >/etc/default/kubelet
echo nameserver 10.0.0.3 >/etc/kubelet-resolv.conf
echo nameserver 127.0.0.1 >/etc/resolv.conf
echo nameserver 10.0.0.4 >/run/NetworkManager/no-stub-resolv.conf`;
  const { files } = askIn(prepare, ask(hostResolver));
  expect(files).toEqual([
    { path: '/etc/kubelet-resolv.conf', nameservers: ['10.0.0.3'] },
    { path: '/etc/resolv.conf', nameservers: ['127.0.0.1'] },
    { path: '/run/NetworkManager/no-stub-resolv.conf', nameservers: ['10.0.0.4'] },
  ]);
});

it('judges only the last line that starts containerd', () => {
  const prepare = `mkdir /etc/systemd/system/containerd.service.d
printf '[Service]\\nExecStart=/no/such/containerd\\n' >/etc/systemd/system/containerd.service
printf '[Service]\\nExecStart=\\nExecStart=/bin/sh\\n' >/etc/systemd/system/containerd.service.d/10-own.conf`;
  expect(askIn(prepare, ask(leftOvers)).deadStarts).toEqual([]);
  const dead = `${prepare}
printf 'ExecStart=/no/such/program\\n' >/etc/systemd/system/containerd.service.d/20-old.conf`;
  expect(askIn(dead, ask(leftOvers)).deadStarts).toMatchObject([{ text: 'ExecStart=/no/such/program' }]);
});
