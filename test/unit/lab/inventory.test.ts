// The inventory of a lab is one that the tool accepts.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inventorySchema } from '../../../src/inventory/schema/schema.ts';
import { inventoryText } from '../../../src/lab/inventory.ts';
import type { LabFamily } from '../../../src/lab/ip-family.ts';
import { planLab } from '../../../src/lab/lab-plan.ts';
import { labFiles } from '../../../src/lab/state/files.ts';

const files = labFiles('x', { XDG_STATE_HOME: '/state' });
const images = { of: () => '/image', kubernetes: 'v1.37.2' };
const inventory = (controlPlanes: number, ipFamily: LabFamily = 'ipv4') => {
  const request = { name: 'x', controlPlanes, workers: 1, ipFamily };
  const lab = planLab(request, undefined, images, { allowed: [0], used: [] });
  return inventorySchema.parse(parse(inventoryText(lab, files, '/cache/bundle')));
};

describe('with one control plane', () => {
  const { cluster, hosts, ssh, workloads } = inventory(1);

  it('lists the nodes with addresses and roles', () => {
    expect(hosts).toMatchObject([
      { name: 'master1', address: '100.67.151.2', roles: ['control-plane'] },
      { name: 'worker1', address: '100.67.151.6', roles: ['worker'] },
    ]);
  });

  it('has no virtual IP for the control plane', () => {
    expect(cluster.controlPlane.vip).toBeUndefined();
  });

  it('has the keys of the lab, by absolute paths', () => {
    expect(ssh).toMatchObject({
      user: 'root',
      identityFile: '/state/ipvs-bootstrap/lab/x/id_ed25519',
      knownHostsFile: '/state/ipvs-bootstrap/lab/x/known_hosts',
    });
  });

  it('gives each of two namespaces an external IP of its own', () => {
    expect(workloads.map(({ namespace, services }) => [namespace, services[0]?.externalIPs])).toEqual([
      ['user-a-ns', ['100.67.151.9']],
      ['user-b-ns', ['100.67.151.10']],
    ]);
  });
});

it('has a virtual IP with several control planes', () => {
  expect(inventory(3).cluster.controlPlane.vip).toEqual({
    address: '100.67.151.8',
    interface: 'vec0',
    checkInterval: 10,
  });
});

describe('with both families', () => {
  const { cluster, hosts, externalIPs, workloads } = inventory(1, 'dual');

  it('has two addresses for each node and two of each network, IPv4 first', () => {
    expect(hosts[0]).toMatchObject({ address: '100.67.151.2', secondAddress: 'fd4c:6162:6443::151:2' });
    expect(cluster.network).toMatchObject({
      pods: '10.244.0.0/16,fd00:10:244::/56',
      services: '10.96.0.0/12,fd00:10:96::/112',
    });
  });

  it('has external IPs of both, on one node each, as nobody answers for those of kube-ipvs0 in IPv6', () => {
    expect(externalIPs).toMatchObject({ bind: 'interface', interface: 'vec0' });
    expect(workloads.map(({ services }) => services[0]?.externalIPs)).toEqual([
      ['100.67.151.9', 'fd4c:6162:6443::151:9'],
      ['100.67.151.10', 'fd4c:6162:6443::151:10'],
    ]);
  });
});

it('with IPv6 alone has nothing of IPv4', () => {
  expect(JSON.stringify(inventory(3, 'ipv6'))).not.toMatch(/\d+\.\d+\.\d+\.\d/);
});
