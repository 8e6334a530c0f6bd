// The cluster in the inventory: Kubernetes, its networks, its control plane and kube-proxy.
import { z } from 'zod';
import { downloads } from './downloads-schema.ts';
import { registries } from './registries-schema.ts';
import { runtime } from './runtime-schema.ts';
import { kubernetesSource } from './source-schema.ts';
import { swap } from './swap-schema.ts';
import {
  about,
  cidr,
  endpoint,
  imageRepository,
  interfaceName,
  ipAddress,
  isWebUrl,
  kubernetesVersion,
  labelName,
  manifestPlace,
  networks,
  preflightCheck,
  sha256,
} from './scalars.ts';

/** Networks that are used where the inventory names none: kubeadm's own default, and flannel's. */
export const defaultNetworks = { pods: '10.244.0.0/16', services: '10.96.0.0/12' } as const;

const kubernetes = z.strictObject({
  version: kubernetesVersion.meta(about('Kubernetes version to install, such as v1.20.2.')),
  source: kubernetesSource.meta(about('Where Kubernetes comes from.')),
  ignorePreflightErrors: z
    .array(preflightCheck)
    .default([])
    .meta(about("Checks of kubeadm's own that may fail, by its names for them, such as NumCPU.")),
});

const images = z.strictObject({
  repository: imageRepository
    .optional()
    .meta(
      about(
        'The repository in a registry that has them all, such as registry.example/k8s; without it registry.k8s.io. A bundle brings its own.',
      ),
    ),
});

const etcd = z
  .strictObject({
    heartbeatInterval: z
      .int()
      .min(10)
      .max(10_000)
      .meta(about('Milliseconds between heartbeats; etcd itself takes 100.')),
    electionTimeout: z
      .int()
      .min(50)
      .max(50_000)
      .meta(about('Milliseconds without a heartbeat until a leader is elected; etcd itself takes 1000.')),
  })
  .refine(({ heartbeatInterval, electionTimeout }) => electionTimeout >= 5 * heartbeatInterval, {
    path: ['electionTimeout'],
    error: 'must be at least five times heartbeatInterval',
  });

const leaderElection = z
  .strictObject({
    leaseDuration: z
      .int()
      .min(3)
      .max(600)
      .meta(about('Seconds that a silent leader stays one; Kubernetes takes 15.')),
    renewDeadline: z
      .int()
      .min(2)
      .max(600)
      .meta(about('Seconds after which a leader that cannot renew gives up; Kubernetes takes 10.')),
    retryPeriod: z.int().min(1).max(300).meta(about('Seconds between tries; Kubernetes takes 2.')),
  })
  .refine(({ leaseDuration, renewDeadline }) => leaseDuration > renewDeadline, {
    path: ['leaseDuration'],
    error: 'must be more than renewDeadline',
  })
  .refine(({ renewDeadline, retryPeriod }) => renewDeadline > 1.2 * retryPeriod, {
    path: ['renewDeadline'],
    error: 'must be more than 1.2 times retryPeriod',
  });

const controlPlane = z.strictObject({
  vip: z
    .strictObject({
      address: ipAddress.meta(about('The virtual address. No host may have it as its own.')),
      interface: interfaceName
        .optional()
        .meta(
          about(
            'Network interface of the control planes that carries it, such as eth0. By default the one that has the node’s address, on each host its own.',
          ),
        ),
      checkInterval: z
        .int()
        .min(1)
        .max(60)
        .default(3)
        .meta(
          about(
            'Seconds between two looks at the API server; after three in vain the address goes to another control plane.',
          ),
        ),
    })
    .meta({ hint: 'Write { address: ADDRESS }, or { address: ADDRESS, interface: eth0 }.' })
    .optional()
    .meta(about('A virtual address that the control planes share: one of them answers for it.')),
  endpoint: endpoint
    .optional()
    .meta(
      about('Name or address of a load balancer of your own for the API, with ":PORT" if it is not 6443.'),
    ),
  etcd: etcd.optional().meta(about('How patient etcd is; read when the cluster is made.')),
  leaderElection: leaderElection
    .optional()
    .meta(
      about(
        'How patient controller manager and scheduler are where there are several; read when the cluster is made.',
      ),
    ),
});

/** A pod network of somebody else's, as its makers publish it. */
const cniManifest = z
  .strictObject({
    manifest: manifestPlace.meta(
      about('File with the API objects of a pod network, or its URL; a path starts at the inventory file.'),
    ),
    sha256: sha256
      .optional()
      .meta(about('The SHA-256 that the manifest must have. A URL needs one; a file may have one.')),
  })
  .refine(({ manifest, sha256 }) => sha256 !== undefined || !isWebUrl(manifest), {
    path: ['sha256'],
    error: 'is missing',
  });

const cniWords = 'must be host-gw, none or { manifest: FILE or URL }';

const cni = z
  .union([z.enum(['host-gw', 'none']), cniManifest], {
    // In a map, its own mistakes say more.
    error: ({ input }) => (isMap(input) ? undefined : cniWords),
  })
  .meta({ title: 'host-gw, none or a map with manifest' });

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type WrittenCni = z.output<typeof cni>;

const network = z.strictObject({
  pods: networks
    .prefault(defaultNetworks.pods)
    .meta(about('Network that pods get their addresses from; with both families one of each.')),
  services: networks
    .prefault(defaultNetworks.services)
    .meta(about('Network that Services get their cluster addresses from; with both families one of each.')),
  cni: cni
    .default('host-gw')
    .meta(
      about(
        'How pods get their addresses and reach each other. host-gw: a route to each node. A map: the pod network of a manifest. none: you install one yourself.',
      ),
    ),
});

const idleSeconds = z.int().min(1).max(604_800).optional();

const timeouts = z
  .strictObject({
    tcp: idleSeconds.meta(
      about('Seconds after which a silent TCP connection is forgotten; the kernel takes 900.'),
    ),
    tcpFin: idleSeconds.meta(
      about('Seconds after which a closing TCP connection is forgotten; the kernel takes 120.'),
    ),
    udp: idleSeconds.meta(about('Seconds after which a silent UDP flow is forgotten; the kernel takes 300.')),
  })
  .meta({ title: 'a map of seconds' });

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
  timeouts: timeouts
    .default({})
    .meta(about('How long IPVS remembers connections on which nothing happens. Needs Kubernetes v1.18.')),
});

export const cluster = z.strictObject({
  name: labelName.meta(about('Name of the cluster.')),
  kubernetes: kubernetes.meta(about('The Kubernetes to install.')),
  runtime: runtime.prefault({}).meta(about('The container runtime of the nodes.')),
  images: images.prefault({}).meta(about("Where the images of Kubernetes' own containers come from.")),
  registries: registries
    .default({})
    .meta(about('How nodes reach registries and their mirrors: by what CA, with which login.')),
  downloads: downloads.optional().meta(about('How hosts reach what they download.')),
  swap: swap
    .prefault('refuse')
    .meta(
      about(
        "What becomes of the hosts' swap, with which a kubelet does not start unless it is told to. refuse: it stops `up`. off: `up` switches it off for good, and `reset` on again. keep: kubelets live with it; needs Kubernetes v1.30.",
      ),
    ),
  controlPlane: controlPlane
    .default({})
    .meta(about('How the API is reached when there are several control planes.')),
  network: network.prefault({}).meta(about('The networks inside the cluster.')),
  kubeProxy: kubeProxy.prefault({}).meta(about('Settings of kube-proxy, which runs in IPVS mode.')),
});
