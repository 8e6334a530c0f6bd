// What a real kernel, `ip` and files of sysctl.d say of a host's IPv6, asked by each shell that hosts have.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { hostIpv6 } from '../../../src/facts/network/host-ipv6.ts';

/** Network, /etc and /run of its own. */
const prepare = `set -e
for place in /etc /run; do mount -t tmpfs none $place; done
mkdir -p /etc/sysctl.d /run/sysctl.d
ip link add eth0.5 type veth peer name other
for link in lo eth0.5 other; do ip link set "$link" up; done
ip -6 route add default via fe80::1 dev eth0.5 proto ra
echo 2 >/proc/sys/net/ipv6/conf/other/accept_ra
echo net.ipv6.conf.eth0/5.accept_ra=2 >/etc/sysctl.d/50-own.conf
echo net/ipv6/conf/other/accept_ra=2 >/etc/sysctl.d/99-zz-ipvs-bootstrap-ra.conf
ln -s /dev/null /etc/sysctl.d/masked.conf
echo net.ipv6.conf.other.accept_ra=2 >/run/sysctl.d/masked.conf
set +e
`;

it.each(['dash', 'bash'])('tells with %s', (shell) => {
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--net', '--mount', '--propagation', 'private', shell],
    { input: prepare + hostIpv6.probe(undefined).text, encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(hostIpv6.parse({ stdout, stderr, exitCode: 0 }, undefined)).toMatchObject({
    isOn: true,
    advertised: ['eth0.5'],
    acceptRa: { 'eth0.5': 1, other: 2 },
    keptByOthers: ['eth0.5'],
  });
});
