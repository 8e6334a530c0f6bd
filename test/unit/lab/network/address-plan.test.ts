// The layout of a lab's subnet.
import { describe, expect, it } from 'vitest';
import { defaultSubnet, planAddresses, type AddressPlan } from '../../../../src/lab/network/address-plan.ts';

function everyAddress(plan: AddressPlan): readonly string[] {
  const { machine, gateway, client, vip, pool, nodes } = plan;
  return [machine, gateway, client, vip, ...pool, ...nodes['control-plane'], ...nodes.worker];
}

describe('the default subnet', () => {
  const plan = planAddresses(defaultSubnet);

  it('gives the first nodes the addresses of the scenario that the tool comes from', () => {
    expect(plan.nodes['control-plane'].slice(0, 3)).toEqual(['100.67.151.2', '100.67.151.4', '100.67.151.5']);
    expect(plan.nodes.worker.slice(0, 3)).toEqual(['100.67.151.6', '100.67.151.7', '100.67.151.11']);
    expect(plan.vip).toBe('100.67.151.8');
    expect(plan.pool).toEqual(['100.67.151.9', '100.67.151.10']);
  });

  it('puts the machine and the outside client elsewhere in it', () => {
    expect([plan.machine, plan.gateway, plan.client]).toEqual(['100.67.0.1', '100.67.0.254', '100.67.200.1']);
  });
});

it('keeps the offsets in another subnet of at least that size', () => {
  expect(planAddresses('10.77.0.0/16')).toMatchObject({
    vip: '10.77.151.8',
    client: '10.77.200.1',
    prefix: 16,
  });
  expect(planAddresses('172.16.0.0/12')).toMatchObject({ vip: '172.16.151.8', prefix: 12 });
});

it('packs a small subnet', () => {
  const plan = planAddresses('192.168.7.32/27');
  expect(plan).toMatchObject({ machine: '192.168.7.33', vip: '192.168.7.40', prefix: 27 });
  expect(plan.nodes.worker.at(-1)).toBe('192.168.7.62');
});

it.each(['100.67.0.0/16', '172.16.0.0/12', '192.168.7.0/24', '192.168.7.32/27', '172.20.0.0/17'])(
  'gives every job in %s an address of its own, none of them the first or the last',
  (subnet) => {
    const all = everyAddress(planAddresses(subnet));
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain(subnet.split('/')[0]);
    expect(all.every((address) => !address.endsWith('.255'))).toBe(true);
  },
);

it.each([
  ['nonsense', 'not an IPv4 subnet'],
  ['fd00::/64', 'not an IPv4 subnet'],
  ['10.77.1.0/16', 'not an IPv4 subnet'],
  ['10.77.0.0/28', 'a /8 to /27'],
  ['10.244.128.0/24', "the lab's network for pods"],
  ['10.100.0.0/16', "the lab's network for services"],
])('refuses %s', (subnet, reason) => {
  expect(() => planAddresses(subnet)).toThrow(reason);
});
