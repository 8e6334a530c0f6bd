import { describe, expect, it } from 'vitest';
import { initDocuments, joinDocument } from '../../../../src/kube/kubeadm/documents.ts';
import type { ClusterSettings } from '../../../../src/kube/kubeadm/settings.ts';
import { parseVersion } from '../../../../src/kube/version.ts';

const version = parseVersion('v1.20.2');
const cluster: ClusterSettings = {
  version,
  name: 'lab',
  endpoint: '[fd00::11]:6443',
  hasSeveralControlPlanes: false,
  podCIDR: '10.244.0.0/16',
  serviceCIDR: '10.96.0.0/12',
  certSANs: ['fd00::11', 'api.example'],
  imageRepository: 'registry.example/k8s',
  hasClusterDns: false,
  criSocketPath: '/run/containerd/containerd.sock',
  kubeProxy: { version, scheduler: 'rr', strictARP: false, excludeCIDRs: [], podCIDR: '10.244.0.0/16' },
};
const node = { name: 'master1', address: 'fd00::11', isWorker: true };

describe('initDocuments', () => {
  it('names the endpoint without brackets and port in the certificate, once', () => {
    expect(initDocuments({ cluster, node })[1]).toMatchObject({
      apiServer: { certSANs: ['fd00::11', 'api.example'] },
    });
  });

  it('leaves the taint off a control plane that is a worker too', () => {
    expect(initDocuments({ cluster, node })[0]).toMatchObject({ nodeRegistration: { taints: [] } });
  });

  it('has no secret unless it is given one', () => {
    expect(initDocuments({ cluster, node })[0]).not.toHaveProperty('bootstrapTokens');
    expect(initDocuments({ cluster, node })[0]).not.toHaveProperty('certificateKey');
  });

  it('elects leaders only among several control planes', () => {
    const several = { ...cluster, hasSeveralControlPlanes: true };
    expect(initDocuments({ cluster: several, node })[1]).not.toHaveProperty('scheduler');
    expect(initDocuments({ cluster, node })[1]).toHaveProperty('scheduler.extraArgs', {
      'leader-elect': 'false',
    });
  });
});

describe('joinDocument', () => {
  it('makes a control plane only when asked', () => {
    const input = { cluster, node, token: 'abcdef.0123456789abcdef', caCertHash: 'sha256:00' };
    expect(joinDocument(input)).not.toHaveProperty('controlPlane');
    expect(joinDocument({ ...input, controlPlane: { certificateKey: 'key' } })).toHaveProperty(
      'controlPlane',
      {
        localAPIEndpoint: { advertiseAddress: 'fd00::11', bindPort: 6443 },
        certificateKey: 'key',
      },
    );
  });
});
