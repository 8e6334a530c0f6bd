// Rules about workloads: names are unique, services have pods, Kubernetes' own namespaces stay untouched.
import { didYouMean, nearest } from '../../core/nearest.ts';
import { present } from './entry.ts';
import { finding, repeated, type Finding } from './finding.ts';
import type { Outline, OutlineService, OutlineWorkload } from './outline.ts';

export function* namespaces({ workloads }: Outline): Generator<Finding> {
  const names = present(workloads.map(({ namespace }) => namespace));
  for (const { first, again } of repeated(names, (name) => name)) {
    yield finding(`the namespace "${again.value}" is given twice`, again.path, {
      other: first.path,
      hint: 'Join the two entries.',
    });
  }
  for (const { value, path } of names) {
    if (!value.startsWith('kube-')) continue;
    yield finding(`the namespace "${value}" is reserved: names with "kube-" belong to Kubernetes`, path);
  }
}

export function* workloadNames({ workloads }: Outline): Generator<Finding> {
  for (const { namespace, deployments, services } of workloads) {
    const place = namespace === undefined ? '' : ` in namespace "${namespace.value}"`;
    const kinds = { deployment: deployments, service: services } as const;
    for (const [kind, list] of Object.entries(kinds)) {
      const names = present(list.map(({ name }) => name));
      for (const { first, again } of repeated(names, (name) => name)) {
        yield finding(`there is already a ${kind} "${again.value}"${place}`, again.path, {
          other: first.path,
        });
      }
    }
    yield* ownService(namespace?.value, services);
  }
}

/** The API server keeps this one itself. */
function* ownService(namespace: string | undefined, services: readonly OutlineService[]): Generator<Finding> {
  for (const { name } of services) {
    if (namespace !== 'default' || name?.value !== 'kubernetes') continue;
    yield finding('the service "kubernetes" in namespace "default" is the API’s own', name.path);
  }
}

export function* servicesHavePods({ workloads, isComplete }: Outline): Generator<Finding> {
  if (!isComplete) return;
  for (const workload of workloads) {
    for (const service of workload.services) yield* servicePods(service, workload);
  }
}

function* servicePods(service: OutlineService, { deployments }: OutlineWorkload): Generator<Finding> {
  const target = service.deployment ?? service.name;
  if (target === undefined) return;
  const deployment = deployments.find(({ name }) => name?.value === target.value);
  if (deployment !== undefined) {
    yield* servicePort(service, deployment.port?.value);
    return;
  }
  const names = present(deployments.map(({ name }) => name?.value));
  yield finding(`the service has no deployment "${target.value}" in its namespace`, target.path, {
    hint: deploymentHint(service, target.value, names),
  });
}

function deploymentHint(service: OutlineService, wanted: string, names: readonly string[]): string {
  const near = nearest(wanted, names);
  if (near !== undefined) return didYouMean(near);
  const [only, ...others] = names;
  const isSimple = service.deployment === undefined && only !== undefined && others.length === 0;
  return isSimple
    ? `Add "deployment: ${only}" if those are its pods.`
    : 'Add the deployment to the same namespace.';
}

function* servicePort({ port, targetPort }: OutlineService, listens: number | undefined): Generator<Finding> {
  const target = targetPort ?? port;
  if (target === undefined || listens === undefined || target.value === listens) return;
  yield finding(`the service sends to port ${target.value}, but its pods listen on ${listens}`, target.path, {
    severity: 'warning',
    hint: `Add "targetPort: ${listens}" if that is not meant.`,
  });
}

const probeProtocols: Readonly<Record<string, string>> = {
  http: 'TCP',
  tcp: 'TCP',
  udp: 'UDP',
  udpHex: 'UDP',
};

export function* probesFit({ workloads }: Outline): Generator<Finding> {
  for (const { probe, protocol } of workloads.flatMap(({ services }) => services)) {
    const needed = probe && probeProtocols[probe.value];
    if (probe === undefined || needed === undefined || needed === protocol) continue;
    yield finding(
      `the Service is of protocol ${protocol}, but "${probe.value}" asks by ${needed}`,
      probe.path,
      {
        hint: probeHints[protocol] ?? 'Only "probe: none" fits it.',
      },
    );
  }
}

const probeHints: Readonly<Record<string, string>> = {
  TCP: 'Write "probe: tcp", or set "protocol: UDP" if it is one.',
  UDP: 'Write "probe: { udp: TEXT }" with something that it answers to, or leave probe out.',
};
