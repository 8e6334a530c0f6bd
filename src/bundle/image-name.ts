// Names of container images, and what stands before and behind.

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
