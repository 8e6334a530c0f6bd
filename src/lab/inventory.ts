// Writes the inventory of a lab: its nodes, and the workloads that show external IPs per namespace.
import { toYaml } from '../render/yaml.ts';
import { defined } from '../core/defined.ts';
import { planFamilies, type FamilyPlans } from './network/families.ts';
import { labFiles, type LabFiles } from './state/files.ts';
import type { LabState } from './state/lab-schema.ts';
import { requireLab } from './state/lab-state.ts';

/** What a node's kernel calls its network interface. */
export const nodeInterface = 'vec0';

/** Several nodes share a processor: what etcd and the leaders are used to is too short for them. */
const patience = {
  etcd: { heartbeatInterval: 500, electionTimeout: 5000 },
  leaderElection: { leaseDuration: 30, renewDeadline: 20, retryPeriod: 5 },
};

/**
 * Seconds. An API server on a shared processor may be silent for longer than three looks at Kubernetes' usual pace, and
 * each move of the virtual IP leaves watchers of the API deaf for half a minute.
 */
const checkInterval = 10;

/**
 * The inventory of a lab as YAML.
 * @throws BootstrapError `usage` when there is no such lab
 */
export async function labInventory(name: string, bundleDirectory: string): Promise<string> {
  const files = labFiles(name);
  return inventoryText(await requireLab(name, files), files, bundleDirectory);
}

/** As labInventory, for a lab that is at hand. */
export function inventoryText(
  lab: LabState,
  files: Pick<LabFiles, 'identity' | 'knownHosts'>,
  bundleDirectory: string,
): string {
  const plans = planFamilies(lab.subnet, lab.ipFamily);
  const [{ vip }] = plans;
  const controlPlanes = lab.nodes.filter(({ role }) => role === 'control-plane');
  return toYaml({
    cluster: {
      name: 'lab',
      kubernetes: { version: lab.kubernetes, source: { bundle: bundleDirectory } },
      ...(controlPlanes.length > 1
        ? { controlPlane: { vip: { address: vip, interface: nodeInterface, checkInterval }, ...patience } }
        : {}),
      network: { ...clusterNetworks(plans), cni: 'host-gw' },
      kubeProxy: { scheduler: 'rr' },
    },
    hosts: lab.nodes.map(({ name, address, secondAddress, role }) => ({
      name,
      address,
      ...defined({ secondAddress }),
      roles: [role],
    })),
    ssh: { user: 'root', identityFile: files.identity, knownHostsFile: files.knownHosts },
    externalIPs: {
      pool: plans.map(({ pool }) => pool.join('-')),
      interface: nodeInterface,
      // In IPv6 nobody answers for addresses of kube-ipvs0.
      ...(lab.ipFamily === 'ipv4' ? {} : { bind: 'interface' }),
    },
    workloads: ['user-a-ns', 'user-b-ns'].map((namespace, index) => ({
      namespace,
      deployments: [{ name: 'nginx', image: 'nginx', replicas: 2, port: 80 }],
      services: [{ name: 'nginx', port: 80, externalIPs: plans.map(({ pool }) => pool[index]) }],
    })),
  });
}

/** Of two families both, the nodes' first one first. */
function clusterNetworks(
  plans: FamilyPlans,
): Readonly<Record<'pods' | 'services', string | readonly string[]>> {
  const [{ cluster }, second] = plans;
  if (second === undefined) return cluster;
  return {
    pods: [cluster.pods, second.cluster.pods],
    services: [cluster.services, second.cluster.services],
  };
}
