// Names of images as container runtimes read them.

/** An image as containerd names it: short names mean Docker's own registry, and no tag means `latest`. */
export function fullReference(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = rest.length === 0 ? `docker.io/library/${image}` : hasHost ? image : `docker.io/${image}`;
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`;
}
