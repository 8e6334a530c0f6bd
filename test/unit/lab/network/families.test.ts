// The addresses of a lab in IPv6.
import { describe, expect, it } from 'vitest';
import { parseCidr, parseIp, rangeContains } from '../../../../src/core/ip.ts';
import { planAddresses } from '../../../../src/lab/network/address-plan.ts';
import { planFamilies } from '../../../../src/lab/network/families.ts';

const subnet = '100.67.0.0/16';

it('has one plan for one family and two for both, IPv4 first', () => {
  const [ipv4, ipv6] = planFamilies(subnet, 'dual');
  expect(planFamilies(subnet, 'ipv4')).toEqual([ipv4]);
  expect(planFamilies(subnet, 'ipv6')).toEqual([ipv6]);
  expect(ipv4).toEqual(planAddresses(subnet));
});

describe('in IPv6', () => {
  const [plan] = planFamilies(subnet, 'ipv6');

  it('addresses end as those of IPv4 do', () => {
    expect(plan.nodes['control-plane'][0]).toBe('fd4c:6162:6443::151:2');
    expect(plan.vip).toBe('fd4c:6162:6443::151:8');
    expect(plan.pool).toEqual(['fd4c:6162:6443::151:9', 'fd4c:6162:6443::151:10']);
    expect(plan).toMatchObject({ subnet: 'fd4c:6162:6443::/64', prefix: 64 });
  });

  it.each(['100.67.0.0/16', '172.16.0.0/12', '192.168.7.32/27'])(
    'each job in %s has an address of its own',
    (text) => {
      const [{ machine, gateway, client, vip, pool, nodes, ...rest }] = planFamilies(text, 'ipv6');
      const all = [machine, gateway, client, vip, ...pool, ...nodes['control-plane'], ...nodes.worker];
      expect(new Set(all).size).toBe(all.length);
      const network = parseCidr(rest.subnet);
      for (const address of all) {
        const ip = parseIp(address);
        expect(network !== undefined && ip !== undefined && rangeContains(network, ip), address).toBe(true);
      }
    },
  );

  it('labs of different subnets have different networks', () => {
    const labs = ['100.67.0.0/16', '100.68.0.0/16', '10.77.5.0/24', '10.77.5.32/27'];
    expect(new Set(labs.map((one) => planFamilies(one, 'ipv6')[0].subnet)).size).toBe(labs.length);
  });
});
