import { describe, expect, it } from 'vitest';
import {
  deploymentObjects,
  externalIPsOf,
  namespaceObjects,
  serviceObjects,
  type Workload,
} from '../../../../src/kube/objects/workloads.ts';
import { parseVersion } from '../../../../src/kube/version.ts';

const workload = (namespace: string, more: Partial<Workload> = {}): Workload => ({
  namespace,
  deployments: [],
  services: [],
  ...more,
});
const service = { name: 'nginx', port: 80, protocol: 'TCP', externalIPs: ['10.77.0.101'] };

describe('namespaceObjects', () => {
  it('names each once, and not the one that is always there', () => {
    const names = namespaceObjects([workload('a'), workload('default'), workload('a'), workload('b')]);
    expect(names.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });
});

describe('deploymentObjects', () => {
  it.each([
    ['v1.8.15', 'apps/v1beta2'],
    ['v1.9.0', 'apps/v1'],
    ['v1.37.0', 'apps/v1'],
  ])('uses the API of %s', (version, apiVersion) => {
    const deployments = [{ name: 'nginx', image: 'nginx', replicas: 0, port: 80 }];
    expect(deploymentObjects([workload('a', { deployments })], parseVersion(version))).toMatchObject([
      { apiVersion, spec: { replicas: 0 } },
    ]);
  });
});

describe('serviceObjects', () => {
  it('asks for an address of each family only where the cluster has both', () => {
    const [one, both] = serviceObjects([
      workload('a', { services: [service, { ...service, bothFamilies: true }] }),
    ]);
    expect(one?.['spec']).not.toHaveProperty('ipFamilyPolicy');
    expect(both?.['spec']).toMatchObject({ ipFamilyPolicy: 'PreferDualStack' });
  });

  it('serves the deployment of its own name on its own port unless told otherwise', () => {
    const other = { ...service, name: 'web', targetPort: 8080, deployment: 'nginx', externalIPs: [] };
    const [first, second] = serviceObjects([workload('a', { services: [service, other] })]);
    expect(first?.['spec']).toEqual({
      selector: { app: 'nginx' },
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      externalIPs: ['10.77.0.101'],
    });
    expect(second?.['spec']).toEqual({
      selector: { app: 'nginx' },
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
    });
  });
});

describe('externalIPsOf', () => {
  it('gives each address once', () => {
    const services = [service, { ...service, name: 'web' }];
    expect(externalIPsOf([workload('a', { services }), workload('b', { services })])).toEqual([
      '10.77.0.101',
    ]);
  });
});
