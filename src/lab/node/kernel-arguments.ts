// The command line of a user-mode Linux kernel: its own words, and those that the image's units read.
import type { NodeFiles } from '../state/files.ts';
import type { LabNode } from '../state/lab-schema.ts';
import { nodeAddresses } from '../state/node-addresses.ts';
import { tapName } from '../state/names.ts';

/** What every kernel of the lab is started with. Paths must not contain commas, colons or blanks. */
export function kernelArguments(disk: string, memory: number, files: NodeFiles): readonly string[] {
  return [
    `mem=${memory}M`,
    `ubd0=${disk}`,
    'root=/dev/ubda',
    'rw',
    'rootfstype=ext4',
    // A disk may lose its last writes with the machine's power, but not with the kernel's process: that is enough.
    'rootflags=barrier=0',
    // Programs run under a seccomp filter where the machine lets them, which is twice as fast, and else under ptrace.
    'seccomp=auto',
    'con=null',
    'con0=null,fd:2',
    'umid=node',
    `uml_dir=${files.kernel}`,
  ];
}

/** What is added for a node: its network device, its addresses and the directory with its keys. */
export function nodeArguments(
  node: LabNode,
  files: NodeFiles,
  networks: readonly { readonly prefix: number; readonly gateway: string }[],
): readonly string[] {
  const addresses = nodeAddresses(node).map((address, index) => `${address}/${networks[index]?.prefix}`);
  return [
    `vec0:transport=tap,ifname=${tapName(node.name)},depth=128,gro=1,mac=${node.mac}`,
    'net.ifnames=0',
    `hostfs=${files.seed}`,
    `lab.host=${node.name}`,
    `lab.ip=${addresses.join(',')}`,
    `lab.gw=${networks.map(({ gateway }) => gateway).join(',')}`,
  ];
}
