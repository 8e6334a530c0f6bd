// The inventory of a lab is one that the tool accepts.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inventorySchema } from '../../../src/inventory/schema/schema.ts';
import { inventoryText } from '../../../src/lab/inventory.ts';
import { planLab } from '../../../src/lab/lab-plan.ts';
import { labFiles } from '../../../src/lab/state/files.ts';

const files = labFiles('x', { XDG_STATE_HOME: '/state' });
const images = { of: () => '/image', kubernetes: 'v1.37.2' };
const inventory = (controlPlanes: number) => {
  const request = { name: 'x', controlPlanes, workers: 1 };
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
