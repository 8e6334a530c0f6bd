// Subnets that the machine uses for something else.
import { expect, it } from 'vitest';
import { collidingRoute } from '../../../../src/lab/network/collision.ts';

const subnet = '100.67.0.0/16';
const ordinary = [
  { dst: 'default', dev: 'eth0' },
  { dst: '192.0.2.0/24', dev: 'eth0' },
  { dst: '192.0.2.17', dev: 'eth0' },
  { dst: '127.0.0.0/8', dev: 'lo' },
];

it('leaves a machine alone whose only way to the subnet is a default route', () => {
  expect(collidingRoute(subnet, [...ordinary, { dst: '0.0.0.0/0', dev: 'tun0' }], 'lab-x')).toBeUndefined();
});

it.each(['100.67.0.0/16', '100.64.0.0/10', '100.67.8.0/24', '100.67.151.8'])('finds a route to %s', (dst) => {
  const route = { dst, dev: 'tailscale0' };
  expect(collidingRoute(subnet, [...ordinary, route], 'lab-x')).toEqual(route);
});

it('finds a route of IPv6, and no default one', () => {
  const own = 'fd4c:6162:6443::/64';
  const route = { dst: 'fd4c:6162:6443::/48', dev: 'wg0' };
  expect(collidingRoute(own, [...ordinary, { dst: '::/0', dev: 'wg0' }], 'lab-x')).toBeUndefined();
  expect(collidingRoute(own, [...ordinary, route], 'lab-x')).toEqual(route);
});

it('finds a route without an interface', () => {
  expect(collidingRoute(subnet, [{ dst: '100.64.0.0/10' }], 'lab-x')).toEqual({ dst: '100.64.0.0/10' });
});

it("passes over the lab's own interface, but not over another lab's", () => {
  expect(collidingRoute(subnet, [{ dst: subnet, dev: 'lab-x' }], 'lab-x')).toBeUndefined();
  expect(collidingRoute(subnet, [{ dst: subnet, dev: 'lab-y' }], 'lab-x')).toBeDefined();
});
