// The inventory's workloads as Kubernetes objects: namespaces, deployments, Services with external IPs.
import { has } from '../version-facts.ts';
import type { KubernetesVersion } from '../version.ts';
import type { KubernetesObject } from './object.ts';

export interface Deployment {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  /** Port that the container listens on. */
  readonly port: number;
}

export interface Service {
  readonly name: string;
  readonly port: number;
  /** Port of the pods; the same as `port` when absent. */
  readonly targetPort?: number | undefined;
  readonly protocol: string;
  /** Deployment whose pods serve it; the one of the same name when absent. */
  readonly deployment?: string | undefined;
  readonly externalIPs: readonly string[];
  /** Whether it has an address of each IP family. */
  readonly bothFamilies?: boolean | undefined;
}

export interface Workload {
  readonly namespace: string;
  readonly deployments: readonly Deployment[];
  readonly services: readonly Service[];
}

const managedBy = { 'app.kubernetes.io/managed-by': 'ipvs-bootstrap' };

/** Namespaces that are not there from the start. */
export function namespaceObjects(workloads: readonly Workload[]): readonly KubernetesObject[] {
  const names = new Set(workloads.map(({ namespace }) => namespace));
  names.delete('default');
  return [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

export function deploymentObjects(
  workloads: readonly Workload[],
  version: KubernetesVersion,
): readonly KubernetesObject[] {
  return workloads.flatMap(({ namespace, deployments }) =>
    deployments.map((deployment) => deploymentObject(namespace, deployment, version)),
  );
}

function deploymentObject(
  namespace: string,
  { name, image, replicas, port }: Deployment,
  version: KubernetesVersion,
): KubernetesObject {
  const container = {
    name,
    image,
    // The image may be on the nodes already and in no registry.
    imagePullPolicy: 'IfNotPresent',
    ports: [{ containerPort: port }],
  };
  return {
    apiVersion: has(version, 'deploymentsV1') ? 'apps/v1' : 'apps/v1beta2',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { app: name, ...managedBy } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}

export function serviceObjects(workloads: readonly Workload[]): readonly KubernetesObject[] {
  return workloads.flatMap(({ namespace, services }) =>
    services.map((service) => serviceObject(namespace, service)),
  );
}

function serviceObject(namespace: string, service: Service): KubernetesObject {
  const { name, port, protocol, targetPort = port, deployment = name, externalIPs } = service;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name, ...managedBy } },
    spec: {
      selector: { app: deployment },
      ports: [{ port, targetPort, protocol }],
      ...(externalIPs.length > 0 ? { externalIPs } : {}),
      ...(service.bothFamilies === true ? { ipFamilyPolicy: 'PreferDualStack' } : {}),
    },
  };
}

/** All external IPs that Services name, each once. */
export function externalIPsOf(workloads: readonly Workload[]): readonly string[] {
  return [
    ...new Set(workloads.flatMap(({ services }) => services.flatMap(({ externalIPs }) => externalIPs))),
  ];
}
