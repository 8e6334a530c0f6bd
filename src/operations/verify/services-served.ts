// Whether the inventory's Services are in the cluster as it says, and have pods that are ready.
import { canonicalIp } from '../../core/ip.ts';
import { formatServiceName } from '../../ipvs/service-name.ts';
import { viewCluster, type ClusterView } from '../../kube/objects/cluster-view.ts';
import { readyAddresses } from '../../kube/objects/endpoint-view.ts';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import type { Service } from '../../kube/objects/service-view.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { workloadArgs, type Workloads } from '../args/workloads.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type Plan, type Problem } from '../operation.ts';

export const servicesServed = defineOperation({
  name: 'services.served',
  summary:
    "Checks that the workloads' Services are in the cluster with their external IPs, and that each has ready pods.",
  args: workloadArgs,
  example: `
- name: Look whether the Services of user-a-ns are served
  op: services.served
  on: first-control-plane
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    workloads: '\${{ workloads | where: "namespace", "user-a-ns" }}'
`,
  problemCode: 'verify.drift',
  needs: ({ workloads, ...api }) => (workloads.length === 0 ? [] : apiNeeds(api)),
  plan: ({ workloads, ...api }, facts) =>
    workloads.length === 0
      ? unchanged
      : withApi(api, facts, (objects) => compareAll(workloads.flatMap(wantedServices), objects), unchanged),
});

function compareAll(wanted: readonly WantedService[], objects: readonly KubernetesObject[]): Plan {
  const live = viewCluster(objects);
  const results = wanted.map((one) => compare(one, live));
  return {
    steps: [],
    problems: results.flatMap(({ problems }) => problems),
    warnings: results.flatMap(({ warnings = [] }) => warnings),
  };
}

interface WantedService {
  readonly namespace: string;
  readonly name: string;
  readonly externalIPs: readonly string[];
  /** Pods that are to serve it. */
  readonly replicas: number;
}

function wantedServices({ namespace, deployments, services }: Workloads[number]): readonly WantedService[] {
  return services.map(({ name, externalIPs, deployment = name }) => ({
    namespace,
    name,
    externalIPs: externalIPs.map(canonicalIp),
    replicas: deployments.find((one) => one.name === deployment)?.replicas ?? 0,
  }));
}

interface Result {
  readonly problems: readonly Problem[];
  readonly warnings?: readonly string[];
}

function compare(wanted: WantedService, { services, endpoints }: ClusterView): Result {
  const { namespace, name } = wanted;
  const service = services.find((one) => one.namespace === namespace && one.name === name);
  if (service === undefined) return { problems: [missing(wanted)] };
  const ready = readyAddresses(endpoints, wanted).size;
  const problems = [
    ...missingAddresses(wanted, service),
    ...(ready === 0 && wanted.replicas > 0 ? [unserved(wanted)] : []),
  ];
  const isShort = ready > 0 && ready < wanted.replicas;
  const warning = `${ready} of ${wanted.replicas} pods of ${formatServiceName(wanted)} are ready`;
  return { problems, warnings: isShort ? [warning] : [] };
}

function missing(wanted: WantedService): Problem {
  const service = formatServiceName(wanted);
  return drift({
    kind: 'service.missing',
    ...about(wanted),
    expected: service,
    message: `the inventory's Service ${service} is not in the cluster`,
    hint: 'Run "up" again: it creates it',
  });
}

function missingAddresses(wanted: WantedService, { externalIPs }: Service): readonly Problem[] {
  const named = externalIPs.map(canonicalIp);
  return wanted.externalIPs
    .filter((address) => !named.includes(address))
    .map((address) =>
      drift({
        kind: 'service.address-missing',
        ...about(wanted),
        address,
        expected: address,
        actual: named.join(', ') || 'no external IP',
        message: `the Service ${formatServiceName(wanted)} does not name the external IP ${address} that the inventory gives it`,
        hint: 'Somebody has changed the Service. Run "up" again: it puts the address back',
      }),
    );
}

function unserved(wanted: WantedService): Problem {
  const { namespace, replicas } = wanted;
  return drift({
    kind: 'service.unserved',
    ...about(wanted),
    expected: `${replicas} ready pods`,
    actual: '0 ready pods',
    message: `the Service ${formatServiceName(wanted)} has no ready pod, so nobody answers on its addresses`,
    hint: `Look what keeps its pods from being ready: kubectl -n ${namespace} get pods -o wide. With ready pods, the controller manager is late in making endpoints of them`,
  });
}

function about({ namespace, name }: WantedService) {
  return { node: null, owner: { namespace, name } } as const;
}
