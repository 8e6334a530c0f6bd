// Schemas that the arguments of several operations share.
import { z } from 'zod';
import { fullVersion } from '../../core/full-version.ts';
import { Secret } from '../../core/secret.ts';

/** A secret of the run. A playbook cannot write one down: only an expression gives it. */
export const secretArg = z.instanceof(Secret, {
  error: 'must be a secret of the run, such as ${{ run.bootstrapToken }}',
});

/** The host that a task is about. */
export const hostArg = z.string().min(1).meta({ description: 'Name of the host.' });

/** The same where the host is a node already. */
export const nodeArg = z.string().min(1).meta({ description: 'Name of the Node that this host is.' });

/** A path on a host. */
export const absolutePath = z
  .string()
  .regex(/^\/[^\0\n]*[^\0\n/]$/, 'must be an absolute path')
  .meta({ description: 'Absolute path on the host.' });

/** Octal permission bits: 0o644 in YAML, or "0644" as text. */
export const fileMode = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^0?[0-7]{3,4}$/, 'must be an octal mode such as 0o644')
      .transform((text) => parseInt(text, 8)),
  ])
  .refine((mode) => mode >= 0 && mode <= 0o7777, { error: 'must be an octal mode such as 0o644' })
  .meta({ description: 'Permission bits, such as 0o644.' });

/** The cluster's release of Kubernetes. */
export const clusterVersion = z
  .string()
  .regex(fullVersion, 'must be a version such as v1.34.2')
  .meta({ description: "The cluster's version." });

/** A kernel module; "-" and "_" are the same. */
export const moduleName = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be a kernel module name');

/** A systemd unit with its suffix. */
export const unitName = z
  .string()
  .regex(
    /^[A-Za-z0-9:_.@\\-]+\.(service|socket|timer|path|mount|target)$/,
    'must be a unit name such as kubelet.service',
  )
  .meta({ description: 'Name with its suffix, such as kubelet.service.' });
