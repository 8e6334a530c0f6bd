// The cluster in the inventory: Kubernetes, its networks, its control plane and kube-proxy.
import { z } from 'zod';
import {
  about,
  cidr,
  endpoint,
  interfaceName,
  ipAddress,
  kubernetesVersion,
  labelName,
  localPath,
} from './scalars.ts';

/** Networks that are used where the inventory names none: kubeadm's own default, and flannel's. */
export const defaultNetworks = { pods: '10.244.0.0/16', services: '10.96.0.0/12' } as const;

const kubernetes = z.strictObject({
  version: kubernetesVersion.meta(about('Kubernetes version to install, such as v1.20.2.')),
  source: z
    .strictObject({
      bundle: localPath.meta(
        about('Directory of a bundle with everything to install; the path starts at the inventory file.'),
      ),
    })
    .meta(about('Where Kubernetes comes from.')),
});

const controlPlane = z.strictObject({
  vip: z
    .strictObject({
      address: ipAddress.meta(about('The virtual address. No host may have it as its own.')),
      interface: interfaceName.meta(
        about('Network interface of the control planes that carries it, such as eth0.'),
      ),
    })
    .optional()
    .meta(about('A virtual address that the control planes share: one of them answers for it.')),
  endpoint: endpoint
    .optional()
    .meta(
      about('Name or address of a load balancer of your own for the API, with ":PORT" if it is not 6443.'),
    ),
});

const network = z.strictObject({
  pods: cidr.default(defaultNetworks.pods).meta(about('Network that pods get their addresses from.')),
  services: cidr
    .default(defaultNetworks.services)
    .meta(about('Network that Services get their cluster addresses from.')),
  cni: z
    .enum(['host-gw'])
    .default('host-gw')
    .meta(about('How pods of different nodes reach each other: host-gw sets a route to each node.')),
});

const kubeProxy = z.strictObject({
  scheduler: z
    .enum(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'sed', 'nq', 'mh'])
    .default('rr')
    .meta(about('IPVS scheduler of every Service. rr gives each pod its turn.')),
  strictARP: z
    .boolean()
    .default(false)
    .meta(about('Answer ARP only for addresses of the interface that was asked. Needs Kubernetes v1.15.')),
  excludeCIDRs: z
    .array(cidr)
    .default([])
    .meta({
      title: 'a list of CIDRs',
      ...about('Networks whose IPVS entries are not Kubernetes’ own and must be left alone.'),
    }),
});

export const cluster = z.strictObject({
  name: labelName.meta(about('Name of the cluster.')),
  kubernetes: kubernetes.meta(about('The Kubernetes to install.')),
  controlPlane: controlPlane
    .default({})
    .meta(about('How the API is reached when there are several control planes.')),
  network: network.prefault({}).meta(about('The networks inside the cluster.')),
  kubeProxy: kubeProxy.prefault({}).meta(about('Settings of kube-proxy, which runs in IPVS mode.')),
});
