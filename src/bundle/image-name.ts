// Names of container images: what they are called in full, and what stands before and behind.

/** An image as containerd names it: short names mean Docker's own registry, and no tag means `latest`. */
export function fullReference(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = rest.length === 0 ? `docker.io/library/${image}` : hasHost ? image : `docker.io/${image}`;
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`;
}

/** A full name in its parts: `registry.example:5000/some/where/nginx:1.27` has the path `some/where/nginx`. */
export interface ImageName {
  /** With its port. */
  readonly registry: string;
  readonly path: string;
  /** Without the colon; none where a digest stands. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** @param name a full name */
export function splitImageName(name: string): ImageName {
  const [, registry = '', path = '', tag, digest] =
    /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(name) ?? [];
  return { registry, path, tag, digest };
}
