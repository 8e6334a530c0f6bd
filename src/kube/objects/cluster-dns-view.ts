// The DNS of a cluster: the Deployment that runs it, and the Service that pods ask.
import { viewDeployment, type DeploymentProgress } from './deployment-view.ts';
import { readyAddresses, viewEndpoints } from './endpoint-view.ts';
import { ofKind, type KubernetesObject } from './object.ts';
import { viewServices, type Service } from './service-view.ts';

/** kubeadm calls it so in every version, also where CoreDNS serves it. */
export const dnsService = { namespace: 'kube-system', name: 'kube-dns' } as const;

/** The label `k8s-app` of its pods and of their Deployment. */
export const dnsApp = 'kube-dns';

export interface ClusterDns {
  readonly deployments: readonly (DeploymentProgress & { readonly name: string })[];
  readonly service: Service | undefined;
  /** How many pods the Service may send to. */
  readonly ready: number;
}

/** Undefined for a cluster that was made without a DNS. */
export function viewClusterDns(objects: readonly KubernetesObject[]): ClusterDns | undefined {
  const deployments = ofKind(objects, 'Deployment').filter(
    ({ metadata }) => metadata.namespace === dnsService.namespace && metadata.labels?.['k8s-app'] === dnsApp,
  );
  const service = viewServices(objects).find(
    ({ namespace, name }) => namespace === dnsService.namespace && name === dnsService.name,
  );
  if (deployments.length === 0 && service === undefined) return undefined;
  return {
    deployments: deployments.map((one) => ({ name: one.metadata.name, ...viewDeployment(one) })),
    service,
    ready: readyAddresses(viewEndpoints(objects), dnsService).size,
  };
}
