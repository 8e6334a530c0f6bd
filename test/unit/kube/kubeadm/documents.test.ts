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
  podCIDRs: ['10.244.0.0/16'],
  serviceCIDRs: ['10.96.0.0/12'],
  certSANs: ['fd00::11', 'api.example'],
  imageRepository: 'registry.example/k8s',
  hasClusterDns: false,
  criSocketPath: '/run/containerd/containerd.sock',
  kubeProxy: { version, scheduler: 'rr', strictARP: false, excludeCIDRs: [], podCIDRs: ['10.244.0.0/16'] },
};
const node = { name: 'master1', address: 'fd00::11', addresses: ['fd00::11'], isWorker: true };

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

describe("CoreDNS' image", () => {
  const dnsOf = (text: string, imageRepository = 'registry.k8s.io') => {
    const release = parseVersion(text);
    const settings = { ...cluster, version: release, imageRepository, hasClusterDns: true };
    return (initDocuments({ cluster: settings, node })[1] as { readonly dns?: unknown }).dns;
  };

  it('is named by its place in the public registry where kubeadm may look elsewhere', () => {
    const dns = { imageRepository: 'registry.k8s.io/coredns' };
    expect(['v1.20.15', 'v1.21.14', 'v1.24.17', 'v1.25.0'].map((text) => dnsOf(text))).toEqual([
      undefined,
      dns,
      dns,
      undefined,
    ]);
  });

  it('is left to kubeadm in other registries', () => {
    expect(dnsOf('v1.24.17', 'registry.example/k8s')).toBeUndefined();
  });
});

describe('the documents of a dual-stack cluster', () => {
  const dualStack = (text: string) => {
    const networks = { podCIDRs: ['10.244.0.0/16', 'fd00:244::/56'] };
    const serviceCIDRs = ['10.96.0.0/16', 'fd00:96::/112'];
    const kubeProxy = { ...cluster.kubeProxy, ...networks, version: parseVersion(text) };
    return { ...cluster, ...networks, serviceCIDRs, kubeProxy, version: parseVersion(text) };
  };
  const both = { ...node, address: '10.0.0.1', addresses: ['10.0.0.1', 'fd00::11'] };
  const documents = (text: string) => initDocuments({ cluster: dualStack(text), node: both });

  it('name the networks of both families as pairs', () => {
    expect(documents('1.37.2')).toMatchObject([
      { kind: 'InitConfiguration' },
      {
        networking: { podSubnet: '10.244.0.0/16,fd00:244::/56', serviceSubnet: '10.96.0.0/16,fd00:96::/112' },
      },
      { clusterCIDR: '10.244.0.0/16,fd00:244::/56' },
      { kind: 'KubeletConfiguration' },
    ]);
  });

  it('switch the gate on where it is needed, for kubeadm and for kube-proxy, and never later', () => {
    const featureGates = { IPv6DualStack: true };
    expect(documents('1.20.2')).toMatchObject([{}, { featureGates }, { featureGates }, {}]);
    for (const document of documents('1.21.14')) expect(document).not.toHaveProperty('featureGates');
  });

  it('give the kubelet the addresses of both families once it takes them', () => {
    const nodeIP = (text: string) => documents(text)[0]?.['nodeRegistration'];
    expect(nodeIP('1.19.16')).toMatchObject({ kubeletExtraArgs: { 'node-ip': '10.0.0.1' } });
    expect(nodeIP('1.20.2')).toMatchObject({ kubeletExtraArgs: { 'node-ip': '10.0.0.1,fd00::11' } });
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
