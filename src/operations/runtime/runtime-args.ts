// The container runtime as operations get it.
import { z } from 'zod';
import { absolutePath } from '../args/scalars.ts';
import { downloadsArg } from '../files/download-step.ts';

/** Every host writes it there as root: no name leads elsewhere. */
const fileName = z.string().regex(/^[A-Za-z0-9][\w.+-]*$/, 'must be the name of a file, without slashes');

const release = z.strictObject({
  part: z.enum(['containerd', 'runc', 'cni-plugins', 'crictl']),
  name: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  directory: absolutePath,
  program: fileName.nullable(),
});

export type RuntimeRelease = z.output<typeof release>;

/** `${{ runtime }}` */
export const runtimeArg = z
  .strictObject({
    source: z.enum(['packages', 'binaries']),
    replaces: z.array(z.string()),
    architecture: z.enum(['amd64', 'arm64']).nullable(),
    directory: z.string().min(1),
    releases: z.array(release),
    downloads: downloadsArg,
  })
  .meta({ description: 'The container runtime, as `${{ runtime }}`.' });

export type Runtime = z.output<typeof runtimeArg>;
