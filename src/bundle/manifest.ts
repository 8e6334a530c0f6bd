// The manifest of a Kubernetes bundle: a directory with everything a host without internet access needs.
import { z } from 'zod';
import { fullVersion } from '../core/full-version.ts';

/** It is joined to the bundle's directory, where files are read, written and removed. */
function isInside(path: string): boolean {
  return !/[\\\p{Cc}]/u.test(path) && path.split('/').every((part) => !['', '.', '..'].includes(part));
}

const common = {
  /** Path inside the bundle, with forward slashes. */
  path: z
    .string()
    .refine(isInside, 'must lie in the bundle: parts between slashes, none of them empty, . or ..'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Size in bytes. */
  size: z.int().nonnegative(),
};

/** Root of every host writes it there: no name leads elsewhere. */
const binaryName = z.string().regex(/^[a-z0-9][\w.+-]*$/i, 'must be the name of a program, without slashes');

const packageName = z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, 'must be the name of a Debian package');

/** An executable that is installed as /usr/local/bin/NAME. */
const binaryFile = z.strictObject({ kind: z.literal('binary'), name: binaryName, ...common });

/** Which hosts need an image: control planes only, every node, or the nodes that run workloads. */
export const imageUses = ['control-plane', 'node', 'workload'] as const;

/** A docker-archive tar; `name` is the image's full reference, such as docker.io/library/nginx:latest. */
const imageFile = z.strictObject({
  kind: z.literal('image'),
  name: z.string().min(1),
  use: z.enum(imageUses),
  /** What the registry called the image when it was fetched; for images of several architectures that of their list. */
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  ...common,
});

/** A distribution package, installed when the host lacks `name`. */
const packageFile = z.strictObject({
  kind: z.literal('package'),
  name: packageName,
  version: z.string().min(1),
  /** The packages that need this one, itself among them; without it every installation takes it along. */
  neededBy: z.array(packageName).optional(),
  /** The distribution that it is made for, as in its os-release; without it any of the Debian family. */
  for: z.strictObject({ id: z.string().min(1), versionId: z.string() }).optional(),
  ...common,
});

export const bundleFile = z.discriminatedUnion('kind', [binaryFile, imageFile, packageFile]);

const manifestObject = z.strictObject({
  format: z.literal(1),
  kubernetesVersion: z.string().regex(fullVersion),
  architecture: z.enum(['amd64', 'arm64']),
  /** The repository prefix of the control-plane images, given to kubeadm as imageRepository. */
  imageRepository: z.string().min(1),
  /** Full reference of the pause image. */
  pauseImage: z.string().min(1),
  /** False when the bundle has no cluster DNS image; kubeadm then skips that addon. */
  clusterDns: z.boolean(),
  files: z.array(bundleFile),
});

export const bundleManifest = manifestObject.superRefine(({ files, kubernetesVersion }, context) => {
  const version = kubernetesVersion.slice(1);
  for (const [index, file] of files.entries()) {
    if (file.kind !== 'package' || !isKubernetes(file.name)) continue;
    const complain = (message: string, key: string): void => {
      context.addIssue({ code: 'custom', path: ['files', index, key], message });
    };
    if (!file.version.startsWith(`${version}-`))
      complain(`must be of ${version}, as the bundle is`, 'version');
    if (files.some(({ kind, name }) => kind === 'binary' && name === file.name)) {
      complain(`${file.name} must be a program or a package, not both`, 'name');
    }
  }
});

/** Programs of a node, by which its packages are called, too. Its own list: nothing more is to be loaded at the start. */
const nodePrograms = ['kubeadm', 'kubelet', 'kubectl'];

function isKubernetes(name: string): boolean {
  return nodePrograms.includes(name);
}

/** Whether hosts install Kubernetes itself as packages of theirs, and not as programs. */
export function hasKubernetesPackages({ files }: Pick<BundleManifest, 'files'>): boolean {
  return files.some(({ kind, name }) => kind === 'package' && isKubernetes(name));
}

/** What tasks are told of Kubernetes' files: without programs to be sent, hosts may be of any architecture. */
export const offeredManifest = manifestObject.partial({ architecture: true });

export type OfferedManifest = z.infer<typeof offeredManifest>;
export type BundleManifest = z.infer<typeof bundleManifest>;
export type BundleFile = BundleManifest['files'][number];
export type BundleImage = Extract<BundleFile, { kind: 'image' }>;

/** Name of the manifest file inside a bundle directory. */
export const manifestFileName = 'manifest.json';
