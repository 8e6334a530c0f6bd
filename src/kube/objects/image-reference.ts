// Names of images as container runtimes read them.

const dockerHub = 'docker.io';

/**
 * An image as containerd names it: short names mean Docker's own registry, no tag means `latest`, and beside a digest no tag
 * counts. – github.com/distribution/reference, ParseDockerRef
 */
export function fullReference(image: string): string {
  const [, name = image, tag = ':latest', digest] = /^(.*?)(:[^:/@]+)?(@.+)?$/.exec(image) ?? [];
  return `${fullName(name)}${digest ?? tag}`;
}

function fullName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const hasHost = rest.length > 0 && isHost(first);
  const host = !hasHost || first === `index.${dockerHub}` ? dockerHub : first;
  const path = hasHost ? rest : [first, ...rest];
  const isOfficial = host === dockerHub && path.length === 1;
  return [host, ...(isOfficial ? ['library'] : []), ...path].join('/');
}

/** Names of images have no upper case. */
function isHost(text: string): boolean {
  return /[.:A-Z]/.test(text) || text === 'localhost';
}
