// Whether the cluster's DNS has a Service, and the Service pods to send to.
import { z } from 'zod';
import { dnsService, viewClusterDns, type ClusterDns } from '../../kube/objects/cluster-dns-view.ts';
import type { PodState } from '../../kube/objects/pod-state.ts';
import { apiArgs } from '../args/api.ts';
import { dnsPodLabels, podHint, podInWords, podsNeed, podsNotWell } from '../args/pods.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type Plan, type Problem } from '../operation.ts';

export const clusterDnsServed = defineOperation({
  name: 'cluster-dns.served',
  summary:
    "Checks that the cluster's DNS has its Service and that pods serve it. A cluster that was made without a DNS is as it should be.",
  args: z.strictObject(apiArgs),
  example: `
- name: Look whether the cluster's DNS is served
  op: cluster-dns.served
  on: first-control-plane
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
`,
  problemCode: 'verify.drift',
  needs: (api) => [...apiNeeds(api), podsNeed(api)],
  plan: (api, facts) =>
    withApi(
      api,
      facts,
      (objects): Plan => {
        const dns = viewClusterDns(objects);
        if (dns === undefined) return unchanged;
        if (dns.service === undefined) return { steps: [], problems: [withoutService(dns)] };
        if (dns.ready > 0) return unchanged;
        const { query, host } = podsNeed(api);
        const system = facts.get(query, host);
        return {
          steps: [],
          problems: [unserved(dns, system.reachable ? podsNotWell(system.pods, dnsPodLabels)[0] : undefined)],
        };
      },
      unchanged,
    ),
});

function withoutService({ deployments }: ClusterDns): Problem {
  const names = deployments.map(({ name }) => `kube-system/${name}`).join(', ');
  return drift({
    kind: 'dns.service-missing',
    node: null,
    owner: dnsService,
    expected: 'Service kube-system/kube-dns',
    message: `the cluster's DNS runs (Deployment ${names}), but its Service kube-system/kube-dns is gone, so no pod finds it`,
    hint: 'Make it again with the address that the kubelets give to pods: on a control plane "kubeadm init phase addon coredns --config /etc/ipvs-bootstrap/kubeadm.yaml"',
  });
}

function unserved({ deployments, service }: ClusterDns, worst: PodState | undefined): Problem {
  const stopped = deployments.filter(({ wanted }) => wanted === 0).map(({ name }) => name);
  const reason = reasonOf(deployments, stopped, worst);
  return drift({
    kind: 'dns.unserved',
    node: null,
    address: service?.clusterIPs[0] ?? null,
    port: 53,
    owner: dnsService,
    expected: 'a ready pod',
    actual: reason,
    message: `the cluster's DNS has no ready pod, so no pod can look up a name: ${reason}`,
    hint: hintFor(stopped[0], worst),
  });
}

function reasonOf(
  deployments: ClusterDns['deployments'],
  stopped: readonly string[],
  worst: PodState | undefined,
): string {
  if (worst !== undefined) return podInWords(worst);
  if (deployments.length === 0) return 'its Deployment is gone';
  if (stopped.length > 0) return `the Deployment kube-system/${stopped.join(', ')} is told to run none`;
  return deployments
    .map(({ name, available, wanted }) => `kube-system/${name} has ${available} of ${wanted} pods available`)
    .join(', ');
}

function hintFor(stopped: string | undefined, worst: PodState | undefined): string {
  if (worst !== undefined) return podHint(worst);
  if (stopped === undefined)
    return 'Look what became of it: kubectl -n kube-system get deployments,pods,events';
  return `Let it run again: kubectl -n kube-system scale deployment ${stopped} --replicas=2`;
}
