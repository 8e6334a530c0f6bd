// Kubernetes' packages as its makers cut them, made of the programs of a lab's bundle.
import { join } from 'node:path';
import { cachedPrograms } from '../../src/lab/go/cached-programs.ts';
import type { GoPrograms } from '../../src/lab/go/compile.ts';
import { cacheDirectory } from '../../src/lab/state/paths.ts';
import { makeDeb, writeIndex } from './deb-repository.ts';
import { note } from './e2e-lab.ts';

/** Where the packages keep their units. */
const units = 'usr/lib/systemd/system';

const kubeletUnit = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const kubeadmDropIn = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

export interface KubernetesDebs {
  /** Directory of the lab's bundle. */
  readonly bundle: string;
  /** Version of the programs there, without a v. */
  readonly version: string;
  /** A later one, of which only the name is there: nobody is to install it. */
  readonly newer: string;
}

/** Makes the repository of a minor, unsigned as yet. */
export async function makeKubernetesDebs(
  directory: string,
  { bundle, version, newer }: KubernetesDebs,
): Promise<void> {
  const of = (name: string) => ({ copyOf: join(bundle, 'bin', name) });
  const programs = [
    {
      name: 'kubelet',
      depends: 'iptables, kubernetes-cni, iproute2, socat, util-linux, mount, ebtables, ethtool, conntrack',
      files: {
        'usr/bin/kubelet': of('kubelet'),
        [`${units}/kubelet.service`]: kubeletUnit,
        'etc/default/kubelet': 'KUBELET_EXTRA_ARGS=\n',
      },
    },
    {
      name: 'kubeadm',
      depends: 'cri-tools, kubelet, kubectl',
      files: {
        'usr/bin/kubeadm': of('kubeadm'),
        [`${units}/kubelet.service.d/10-kubeadm.conf`]: kubeadmDropIn,
      },
    },
    { name: 'kubectl', files: { 'usr/bin/kubectl': of('kubectl') } },
  ];
  for (const one of programs) {
    makeDeb(directory, { ...one, version: `${version}-1.1` });
    makeDeb(directory, { ...one, version: `${newer}-1.1`, files: {} });
  }
  const crictl = await compiled('crictl', crictlModule);
  const tools = { 'usr/bin/crictl': { copyOf: join(crictl, 'crictl') } };
  makeDeb(directory, { name: 'cri-tools', version: '1.36.0-1.1', files: tools });
  const plugins = await compiled('cni-plugins', pluginModule);
  const files = Object.keys(pluginModule.programs).map((name) => [
    `opt/cni/bin/${name}`,
    join(plugins, name),
  ]);
  makeDeb(directory, {
    name: 'kubernetes-cni',
    version: '1.8.0-1.1',
    files: Object.fromEntries(files.map(([path = '', copyOf = '']) => [path, { copyOf }])),
  });
  writeIndex(directory);
}

const crictlModule = {
  module: 'sigs.k8s.io/cri-tools',
  version: 'v1.36.0',
  programs: { crictl: 'sigs.k8s.io/cri-tools/cmd/crictl' },
  quick: true,
} as const;

/** As many as pods of the lab need. */
const pluginModule = {
  module: 'github.com/containernetworking/plugins',
  version: 'v1.8.0',
  programs: {
    bridge: 'github.com/containernetworking/plugins/plugins/main/bridge',
    loopback: 'github.com/containernetworking/plugins/plugins/main/loopback',
    'host-local': 'github.com/containernetworking/plugins/plugins/ipam/host-local',
    portmap: 'github.com/containernetworking/plugins/plugins/meta/portmap',
  },
  quick: true,
} as const;

/** The directory with the programs; it stays in the lab's cache. */
async function compiled(name: string, programs: GoPrograms): Promise<string> {
  const { signal } = new AbortController();
  const context = { cacheRoot: cacheDirectory(), report: () => undefined, signal };
  const { directory, outcome } = await cachedPrograms(context, name, programs);
  note(`${name}: ${outcome}`);
  return directory;
}
