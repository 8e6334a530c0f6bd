// Where a lab keeps its files: everything of one lab is below one directory, and its lock beside it.
import { join } from 'node:path';
import { labStateDirectory } from './paths.ts';

export interface NodeFiles {
  readonly directory: string;
  /** What the node wrote to its disk; the rest is read from the base disk. */
  readonly disk: string;
  readonly console: string;
  /** Names the node's process. */
  readonly process: string;
  /** The program that the process was started with. */
  readonly launcher: string;
  /** Read by the node while it boots: its keys. */
  readonly seed: string;
  /** Where the kernel keeps its own pid file and control socket. */
  readonly kernel: string;
}

export interface ResolverFiles {
  /** The names that it knows. */
  readonly hosts: string;
  /** Names its process. */
  readonly process: string;
}

export interface LabFiles {
  readonly directory: string;
  readonly lock: string;
  readonly state: string;
  /** Private key that every node accepts for root. */
  readonly identity: string;
  /** The host keys of all nodes. */
  readonly knownHosts: string;
  /** The inventory that the demo writes for `up`. */
  readonly inventory: string;
  readonly resolver: ResolverFiles;
  node(name: string): NodeFiles;
}

export function labFiles(lab: string, environment: NodeJS.ProcessEnv = process.env): LabFiles {
  const directory = labStateDirectory(lab, environment);
  return {
    directory,
    lock: `${directory}.lock`,
    state: join(directory, 'lab.json'),
    identity: join(directory, 'id_ed25519'),
    knownHosts: join(directory, 'known_hosts'),
    inventory: join(directory, 'inventory.yaml'),
    resolver: { hosts: join(directory, 'hosts'), process: join(directory, 'resolver') },
    node: (name) => nodeFiles(join(directory, 'nodes', name)),
  };
}

/** The files of a node, below a directory of its own. */
export function nodeFiles(directory: string): NodeFiles {
  return {
    directory,
    disk: join(directory, 'disk.cow'),
    console: join(directory, 'console.log'),
    process: join(directory, 'process'),
    launcher: join(directory, 'boot-kernel'),
    seed: join(directory, 'seed'),
    kernel: join(directory, 'kernel'),
  };
}
