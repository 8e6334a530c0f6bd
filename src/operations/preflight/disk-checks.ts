// Whether disks have the room that a node needs: for what this run writes, and so that the kubelet does not begin by evicting.
import { imageUses, type BundleFile } from '../../bundle/manifest.ts';
import type { Role } from '../../core/role.ts';
import type { ContainerImages } from '../../facts/host/container-images.ts';
import type { FileSystem } from '../../facts/host/file-systems.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { problem, warning, type Finding } from './finding.ts';

const images = '/var/lib/containerd';
const programs = '/usr/local/bin';

/**
 * By directory the least free share of its file system, in percent, with which the kubelet evicts no pods: imagefs.available
 * and nodefs.available. – pkg/kubelet/eviction/defaults_linux.go of 1.37, the same since 1.12
 */
const evicts: Readonly<Record<string, number>> = {
  [images]: 15,
  [kubernetesPaths.kubeletData]: 10,
  '/var/log/pods': 10,
};

/** imagefs.inodesFree and nodefs.inodesFree. – the same */
const evictsInodes = 5;

/** So near to it a warning is worth its line: at 85 % used the kubelet begins to remove images, down to 80 %. */
const near = 5;

/** etcd refuses to write when its database is so large. – etcd's DefaultQuotaBytes */
const etcdQuotaMiB = 2048;

/** What of a host's disks is looked at. */
export function diskDirectories(roles: readonly Role[]): readonly string[] {
  const etcd = roles.includes('control-plane') ? [kubernetesPaths.etcdData] : [];
  return [...Object.keys(evicts), ...etcd, programs];
}

export interface DiskNeeds {
  readonly roles: readonly Role[];
  /** The bundle's files; what is fetched or pulled has no size that is known. */
  readonly files: readonly BundleFile[];
  /** Those that are there already; null without a containerd. */
  readonly present: ContainerImages;
  /** A node keeps running: nothing stops it. */
  readonly isNode: boolean;
}

export function checkDisks(found: readonly FileSystem[], needs: DiskNeeds): readonly Finding[] {
  return found.flatMap((one) => [
    ...checkSpace(one, writtenMiB(one, needs), needs),
    ...checkInodes(one, needs),
    ...checkEtcd(one),
  ]);
}

/** Of an image both what is in its archive and what is made of it, and the largest archive for as long as it is imported. */
function writtenMiB({ directories }: FileSystem, { roles, files, present, isNode }: DiskNeeds): number {
  if (isNode) return 0;
  const uses = imageUses.filter((use) => use !== 'control-plane' || roles.includes('control-plane'));
  const sent = files.flatMap((file) =>
    file.kind === 'image' && uses.includes(file.use) && present?.[file.name] === undefined ? [file.size] : [],
  );
  const installed = files.flatMap((file) => (file.kind === 'binary' ? [file.size] : []));
  const bytes =
    (directories.includes(images) ? 2 * sum(sent) + Math.max(0, ...sent) : 0) +
    (directories.includes(programs) ? sum(installed) : 0);
  return Math.ceil(bytes / 2 ** 20);
}

function checkSpace(disk: FileSystem, written: number, { isNode }: DiskNeeds): readonly Finding[] {
  const share = Math.max(0, ...disk.directories.map((directory) => evicts[directory] ?? 0));
  const { freeMiB, sizeMiB } = disk;
  const needed = Math.ceil((sizeMiB * share) / 100) + written;
  const wishes = Math.ceil((sizeMiB * (share + near)) / 100) + written;
  if (freeMiB >= (share === 0 ? needed : wishes)) return [];
  const toWrite = written === 0 ? '' : `${written} MiB for what is to be installed`;
  const toKeep = share === 0 ? '' : `${share} % of ${sizeMiB} MiB, below which the kubelet evicts pods`;
  const why = [toWrite, toKeep].filter((text) => text !== '').join(', and ');
  const message = `${subject(disk)}: ${freeMiB} MiB are free, ${needed} MiB are needed: ${why}`;
  const hint = 'Make room there or enlarge the disk.';
  if (freeMiB >= needed) return [warning('disk-space', message, `That is close. ${hint}`)];
  return [isNode ? warning('disk-space', message, hint) : problem('disk-space', message, hint)];
}

function checkInodes(disk: FileSystem, { isNode }: DiskNeeds): readonly Finding[] {
  const isKubelets = disk.directories.some((directory) => directory in evicts);
  const percent = (100 * disk.inodesFree) / disk.inodes;
  if (!isKubelets || disk.inodes === 0 || percent >= evictsInodes + near) return [];
  const message = `${subject(disk)}: ${disk.inodesFree} of ${disk.inodes} inodes are free; below ${evictsInodes} % the kubelet evicts pods`;
  const hint = 'Remove small files there, such as old sessions and mails.';
  const stops = percent < evictsInodes && !isNode;
  return [stops ? problem('disk-inodes', message, hint) : warning('disk-inodes', message, hint)];
}

function checkEtcd(disk: FileSystem): readonly Finding[] {
  const { etcdData } = kubernetesPaths;
  if (!disk.directories.includes(etcdData) || disk.freeMiB >= etcdQuotaMiB) return [];
  const message = `${subject({ ...disk, directories: [etcdData] })}: ${disk.freeMiB} MiB are free, and etcd's database may grow to ${etcdQuotaMiB} MiB`;
  return [warning('disk-etcd', message, 'A full disk stops etcd, and with it the cluster.')];
}

function subject({ directories, mountPoint }: FileSystem): string {
  return `${directories.join(', ')} (on ${mountPoint})`;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
