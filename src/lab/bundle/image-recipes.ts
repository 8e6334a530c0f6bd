// What is in each container image, as data: Debian packages, programs that were built, and a few files of our own.
import type { BundleImage } from '../../bundle/manifest.ts';
import type { KubernetesRelease } from './release.ts';
import { imageRepository, workloadImage } from './versions.ts';

export interface ImageRecipe {
  /** Full reference. */
  readonly name: string;
  readonly use: BundleImage['use'];
  /** Debian packages whose files go in, with their dependencies except those of `without`. */
  readonly packages: readonly string[];
  readonly without: readonly string[];
  /** One of Kubernetes' programs, put into /usr/local/bin. */
  readonly program?: string;
  /** Own files by absolute path; they win over those of the packages. */
  readonly files: Readonly<Record<string, ImageFile>>;
  readonly directories: readonly string[];
  readonly entrypoint: readonly string[];
}

export type ImageFile =
  | { readonly text: string; readonly executable?: boolean }
  | { readonly linkTo: string }
  /** One of the programs that were built. */
  | { readonly program: string };

/** Name lookup and user names, which programs expect to find; with no nsswitch.conf, Go asks DNS before /etc/hosts. */
const commonFiles: ImageRecipe['files'] = {
  '/etc/passwd': {
    text: 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
  },
  '/etc/group': { text: 'root:x:0:\nnogroup:x:65534:\n' },
  '/etc/nsswitch.conf': { text: 'passwd: files\ngroup: files\nhosts: files dns\n' },
};

/** What an image has that needs no more than its program. */
export const emptyImage = { packages: [], without: [], files: commonFiles, directories: ['/tmp', '/run'] };

function controlPlane(program: string, { version }: KubernetesRelease): ImageRecipe {
  const name = `${imageRepository}/${program}:${version}`;
  return { ...emptyImage, name, use: 'control-plane', program, entrypoint: [`/usr/local/bin/${program}`] };
}

function kubeProxy({ version }: KubernetesRelease): ImageRecipe {
  return {
    ...emptyImage,
    name: `${imageRepository}/kube-proxy:${version}`,
    use: 'node',
    program: 'kube-proxy',
    packages: ['conntrack', 'ipset', 'iptables', 'kmod'],
    files: { ...commonFiles, ...iptablesLinks() },
    entrypoint: ['/usr/local/bin/kube-proxy'],
  };
}

/** Debian makes these links when iptables is installed, and to this same variant: a node and its pods must agree. */
export function iptablesLinks(): ImageRecipe['files'] {
  const commands = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);
  return Object.fromEntries(
    commands.map((name) => [`/usr/sbin/${name}`, { linkTo: 'xtables-nft-multi' }] as const),
  );
}

function etcd({ tags, hasOwnEtcd }: KubernetesRelease): ImageRecipe {
  const image = {
    ...emptyImage,
    name: `${imageRepository}/etcd:${tags.etcd}`,
    use: 'control-plane',
  } as const;
  if (hasOwnEtcd) return { ...image, program: 'etcd', entrypoint: ['/usr/local/bin/etcd'] };
  return {
    ...image,
    packages: ['etcd-server'],
    // Only needed to create a user and to start it as a service.
    without: ['adduser', 'init-system-helpers'],
    entrypoint: ['/usr/bin/etcd'],
  };
}

/** The cluster DNS. kubeadm gives arguments only. */
function coredns(tag: string): ImageRecipe {
  const name = `${imageRepository}/coredns:${tag}`;
  return { ...emptyImage, name, use: 'node', program: 'coredns', entrypoint: ['/usr/local/bin/coredns'] };
}

/** Holds a pod's network namespace: does nothing, and goes when told to. */
function pause({ tags }: KubernetesRelease): ImageRecipe {
  return {
    ...emptyImage,
    name: `${imageRepository}/pause:${tags.pause}`,
    use: 'node',
    packages: ['busybox-static'],
    files: { ...commonFiles, '/pause': { text: pauseScript(tags.pause), executable: true } },
    entrypoint: ['/pause'],
  };
}

/** `kubeadm upgrade` has a Job run `pause -v`, and waits for its end. */
function pauseScript(version: string): string {
  return `#!/bin/busybox sh
if [ "$1" = -v ]; then echo "pause ${version}"; exit; fi
trap 'exit 0' INT TERM
# 2^31 - 1 seconds. In the background, as only wait lets the shell react to a signal at once.
/bin/busybox sleep 2147483647 &
wait
`;
}

/** Answers every request with the name of its pod, so that it shows which one a load balancer chose. */
const nginx: ImageRecipe = {
  ...emptyImage,
  name: workloadImage,
  use: 'workload',
  packages: ['nginx'],
  // Only needed to ask questions at installation and to upgrade a running server.
  without: ['debconf', 'iproute2'],
  files: { ...commonFiles, '/etc/nginx/nginx.conf': { text: nginxConfiguration() } },
  directories: [...emptyImage.directories, '/var/lib/nginx', '/var/log/nginx'],
  entrypoint: ['/usr/sbin/nginx', '-e', 'stderr'],
};

function nginxConfiguration(): string {
  return `daemon off;
user nobody nogroup;
worker_processes 1;
pid /run/nginx.pid;
error_log stderr;
events {
  worker_connections 256;
}
http {
  access_log off;
  default_type text/plain;
  server {
    listen 80;
    listen [::]:80;
    location / {
      return 200 "$hostname\\n";
    }
  }
}
`;
}

/** All images of a release's bundle. */
export function imageRecipes(release: KubernetesRelease): readonly ImageRecipe[] {
  const { coredns: dnsTag } = release.tags;
  return [
    controlPlane('kube-apiserver', release),
    controlPlane('kube-controller-manager', release),
    controlPlane('kube-scheduler', release),
    kubeProxy(release),
    etcd(release),
    ...(dnsTag === undefined ? [] : [coredns(dnsTag)]),
    pause(release),
    nginx,
  ];
}
