// Registries of images: which host is asked for a registry or a mirror, by the name that stands in images.

/** containerd's word for every registry that is not named. */
export const defaultRegistry = '_default';

/** The registry of images whose names begin with none. */
const dockerHub = 'docker.io';

/** The host that is asked for it. – containerd, remotes/docker/config/hosts.go */
const dockerHubHost = 'registry-1.docker.io';

/** Other names of the same registry, which containerd turns into the first. */
export const dockerHubAliases: readonly string[] = ['index.docker.io', dockerHubHost];

/** The host that is asked when a registry itself is asked. */
export function registryHost(name: string): string {
  return name === dockerHub ? dockerHubHost : name;
}

/** The entry that is about a host: the other way round. */
export function registryNameOf(host: string): string {
  return host === dockerHubHost ? dockerHub : host;
}

/** The host of a mirror, with its port where that is not the usual one. */
export function mirrorHost(url: string): string {
  return new URL(url).host;
}
