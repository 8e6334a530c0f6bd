// The command line of a node's kernel: its own words, and those that the image's units read.
import type { NodeFiles } from '../files.ts';
import { tapName } from '../names.ts';
import type { LabNode } from '../state.ts';

export interface KernelSettings {
  readonly baseDisk: string;
  readonly prefix: number;
  readonly gateway: string;
}

/** Words for a user-mode Linux kernel that boots this node. Paths must not contain commas or blanks. */
export function kernelArguments(
  node: LabNode,
  files: NodeFiles,
  settings: KernelSettings,
): readonly string[] {
  return [
    `mem=${node.memory}M`,
    `ubd0=${files.disk},${settings.baseDisk}`,
    'root=/dev/ubda',
    'rw',
    'rootfstype=ext4',
    // A node may lose its last writes with the machine's power, but not with its own process: that is all it needs.
    'rootflags=barrier=0',
    `vec0:transport=tap,ifname=${tapName(node.name)},depth=128,gro=1,mac=${node.mac}`,
    'net.ifnames=0',
    'con=null',
    'con0=null,fd:2',
    'ssl=null',
    'umid=node',
    `uml_dir=${files.kernel}`,
    `hostfs=${files.seed}`,
    `lab.host=${node.name}`,
    `lab.ip=${node.address}/${settings.prefix}`,
    `lab.gw=${settings.gateway}`,
  ];
}
