// The JSON documents of a docker-archive: a tar with a configuration, one layer and a manifest that names both.

/** What an image of one layer is described by. */
export interface ArchiveImage {
  /** Full reference. */
  readonly name: string;
  /** SHA-256 of the uncompressed layer tar, in hex. */
  readonly layerDigest: string;
  readonly entrypoint: readonly string[];
}

/** Names of the files in the archive, besides the configuration. */
export const layerFileName = 'layer.tar';
export const archiveManifestFileName = 'manifest.json';

/** The image's configuration. The same content gives the same text, so image ids do not depend on the time. */
export function imageConfiguration(image: ArchiveImage): string {
  const created = '1970-01-01T00:00:00Z';
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created,
    config: {
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        // Memory is there, the nodes' processor is scarce: collect garbage a third as often.
        'GOGC=300',
      ],
      Entrypoint: image.entrypoint,
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${image.layerDigest}`] },
    history: [{ created, created_by: 'ipvs-bootstrap' }],
  });
}

/** The archive's manifest; `configurationDigest` is the SHA-256 in hex of the configuration's text. */
export function archiveManifest(image: ArchiveImage, configurationDigest: string): string {
  return JSON.stringify([
    {
      Config: configurationFileName(configurationDigest),
      RepoTags: [image.name],
      Layers: [layerFileName],
    },
  ]);
}

export function configurationFileName(configurationDigest: string): string {
  return `${configurationDigest}.json`;
}
