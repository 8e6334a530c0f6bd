// What a node boots: a kernel and a disk image, side by side in one directory.
import { join } from 'node:path';
import { kernelName } from '../kernel/kernel-files.ts';

export interface NodeImage {
  /** A kernel that runs as an ordinary program. */
  readonly kernel: string;
  /** A file system of which nodes only ever read; what they write goes elsewhere. */
  readonly disk: string;
}

export function nodeImage(directory: string): NodeImage {
  return { kernel: join(directory, kernelName), disk: join(directory, 'disk.ext4') };
}
