// What a node boots: a kernel and a disk image, side by side in one directory.
import { join } from 'node:path';

export interface NodeImage {
  /** A kernel that runs as an ordinary program. Named as in Debian's package, by which its processes are recognised. */
  readonly kernel: string;
  /** A file system of which nodes only ever read; what they write goes elsewhere. */
  readonly disk: string;
}

export const kernelName = 'linux.uml';

export function nodeImage(directory: string): NodeImage {
  return { kernel: join(directory, kernelName), disk: join(directory, 'disk.ext4') };
}
