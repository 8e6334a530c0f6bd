// The rendered documents of every minor, compared with test/golden/kubeadm. UPDATE_GOLDEN=1 writes them anew.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { initConfigurationText, joinConfigurationText } from '../../../../src/kube/kubeadm/documents.ts';
import { kubeProxyFlags } from '../../../../src/kube/kubeadm/kube-proxy-configuration.ts';
import { kubeletUnitFlags } from '../../../../src/kube/kubeadm/kubelet-configuration.ts';
import type { ClusterSettings, NodeSettings } from '../../../../src/kube/kubeadm/settings.ts';
import { has } from '../../../../src/kube/version-facts.ts';
import { parseVersion } from '../../../../src/kube/version.ts';

const goldenDirectory = path.join(import.meta.dirname, '..', '..', '..', 'golden', 'kubeadm');
const minors = Array.from({ length: 30 }, (_, index) => `1.${index + 8}`);
const token = 'abcdef.0123456789abcdef';
const certificateKey = 'c0ffee'.padEnd(64, '0');
const caCertHash = `sha256:${'5ca1ab1e'.repeat(8)}`;

const master: NodeSettings = {
  name: 'master1',
  address: '100.67.151.2',
  addresses: ['100.67.151.2'],
  isWorker: false,
};
const otherMaster: NodeSettings = {
  name: 'master2',
  address: '100.67.151.4',
  addresses: ['100.67.151.4'],
  isWorker: true,
};
const worker: NodeSettings = {
  name: 'worker1',
  address: '100.67.151.6',
  addresses: ['100.67.151.6'],
  isWorker: true,
};

function cluster(minor: string, hasSeveralControlPlanes: boolean): ClusterSettings {
  const version = parseVersion(`${minor}.0`);
  return {
    version,
    name: 'lab',
    endpoint: hasSeveralControlPlanes ? '100.67.151.8:6443' : '100.67.151.2:6443',
    hasSeveralControlPlanes,
    podCIDRs: ['10.244.0.0/16'],
    serviceCIDRs: ['10.96.0.0/12'],
    certSANs: hasSeveralControlPlanes ? ['100.67.151.2', '100.67.151.4', '100.67.151.5'] : ['100.67.151.2'],
    imageRepository: 'registry.example/k8s',
    hasClusterDns: !hasSeveralControlPlanes,
    criSocketPath: '/run/containerd/containerd.sock',
    kubeProxy: {
      version,
      scheduler: hasSeveralControlPlanes ? 'lc' : 'rr',
      strictARP: hasSeveralControlPlanes,
      excludeCIDRs: hasSeveralControlPlanes ? ['192.0.2.0/24'] : [],
      podCIDRs: ['10.244.0.0/16'],
      ...(hasSeveralControlPlanes && {
        virtualIP: '100.67.151.8',
        timeouts: { tcp: 7200, tcpFin: 120, udp: 300 },
      }),
    },
  };
}

/** File name → text, for one minor. */
function render(minor: string): Readonly<Record<string, string>> {
  const single = cluster(minor, false);
  const common = { token, caCertHash };
  const texts: Record<string, string> = {
    'init.yaml': initConfigurationText({ cluster: single, node: master, token }),
    'join-worker.yaml': joinConfigurationText({ cluster: single, node: worker, ...common }),
  };
  if (has(single.version, 'kubeProxyFlagsOnly')) {
    texts['kube-proxy-flags.txt'] = lines(kubeProxyFlags(single.kubeProxy));
  }
  const flags = kubeletUnitFlags(single, worker);
  if (flags.length > 0) texts['kubelet-flags.txt'] = lines(flags);
  if (has(single.version, 'certificateKey')) {
    const several = cluster(minor, true);
    texts['init-ha.yaml'] = initConfigurationText({ cluster: several, node: master, token, certificateKey });
    const controlPlane = { certificateKey };
    texts['join-control-plane.yaml'] = joinConfigurationText({
      cluster: several,
      node: otherMaster,
      ...common,
      controlPlane,
    });
  }
  return texts;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

describe.each(minors)('the documents of %s', (minor) => {
  it.each(Object.entries(render(minor)))('%s', (name, text) => {
    const file = path.join(goldenDirectory, minor, name);
    if (process.env['UPDATE_GOLDEN'] !== undefined) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
    if (name.endsWith('.yaml'))
      for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
  });
});
