import { describe, expect, it } from 'vitest';
import {
  parseYaml,
  viewClusterConfiguration,
} from '../../../../src/kube/objects/cluster-configuration-view.ts';

const view = (data: Record<string, string>) =>
  viewClusterConfiguration([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-proxy' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubeadm-config' }, data },
  ]);

describe('viewClusterConfiguration', () => {
  it('is undefined as long as there is no record', () => {
    expect(viewClusterConfiguration([])).toBeUndefined();
  });

  it('reads the record of 1.12 and later', () => {
    const ClusterConfiguration = `
clusterName: lab
controlPlaneEndpoint: 10.77.0.11:6443
kubernetesVersion: v1.20.2
networking: { podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/12 }
controllerManager: { extraArgs: { leader-elect: "false" } }
`;
    expect(view({ ClusterConfiguration })).toEqual({
      name: 'lab',
      version: 'v1.20.2',
      podCIDR: '10.244.0.0/16',
      serviceCIDR: '10.96.0.0/12',
      endpoint: '10.77.0.11:6443',
      hasNoLeaderElection: true,
    });
  });

  it('reads the list of flags of v1beta4', () => {
    const ClusterConfiguration = 'controllerManager: { extraArgs: [{ name: leader-elect, value: "false" }] }';
    expect(view({ ClusterConfiguration })?.hasNoLeaderElection).toBe(true);
    expect(view({ ClusterConfiguration: 'controllerManager: {}' })?.hasNoLeaderElection).toBe(false);
  });

  it('reads the record of 1.8 to 1.11', () => {
    const MasterConfiguration = `
api: { advertiseAddress: 10.77.0.11, controlPlaneEndpoint: "10.77.0.8:6443" }
controllerManagerExtraArgs: { leader-elect: "false" }
networking: { podSubnet: 10.244.0.0/16 }
`;
    expect(view({ MasterConfiguration })).toMatchObject({
      podCIDR: '10.244.0.0/16',
      endpoint: '10.77.0.8:6443',
      hasNoLeaderElection: true,
    });
  });
});

describe('parseYaml', () => {
  it.each([[undefined], ['a: [1'], ['- 1'], ['text']])('takes %j for empty', (text) => {
    expect(parseYaml(text)).toEqual({});
  });
});
