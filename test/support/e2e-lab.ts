// A lab for an end-to-end test: its nodes, its inventory, its client outside of the cluster.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseDocument, type Document } from 'yaml';
import { execInClient, type ClientResult } from '../../src/lab/client.ts';
import { labFiles } from '../../src/lab/state/files.ts';
import type { LabNode } from '../../src/lab/state/lab-schema.ts';
import { readLab } from '../../src/lab/state/lab-state.ts';
import { program, tail } from './program.ts';

export interface LabOptions {
  readonly name: string;
  /** Not the default one, so that the test runs beside a lab that somebody uses. */
  readonly subnet: string;
  readonly controlPlanes?: number;
  readonly workers?: number;
  /** More options of `lab up`. */
  readonly more?: readonly string[];
  /** What the test wants otherwise in the lab's own inventory. */
  readonly change?: (inventory: Document) => void;
}

export interface TestLab {
  readonly name: string;
  readonly nodes: readonly LabNode[];
  /** Path of the inventory. */
  readonly inventory: string;
  node(name: string): LabNode;
  /** Runs a command on a node and gives what it prints; a failing one fails the test. */
  on(node: string, command: string): Promise<string>;
  /** Runs a program of this machine outside of the cluster. */
  outside(...command: readonly [string, ...string[]]): Promise<ClientResult>;
  /** Asks an address over HTTP from outside, through one node, and counts each answer. */
  askThrough(node: LabNode, address: string, times: number): Promise<ReadonlyMap<string, number>>;
  /** Lets the client outside believe that the node is the one to send packets for the address to, until it notices. */
  remember(address: string, node: LabNode): Promise<void>;
  remove(): Promise<void>;
}

/** Boots the lab. */
export async function bootLab(options: LabOptions): Promise<TestLab> {
  const { name, subnet, controlPlanes = 1, workers = 1, more = [], change } = options;
  const directory = await mkdtemp(join(tmpdir(), `ipvs-bootstrap-${name}-`));
  const wanted = ['--control-planes', String(controlPlanes), '--workers', String(workers), ...more];
  const up = await program('lab', '--name', name, 'up', '--subnet', subnet, ...wanted, '--output', 'plain');
  expect(up.exitCode, tail(up)).toBe(0);
  note(up.stderr);
  const text = await program('lab', '--name', name, 'inventory');
  expect(text.exitCode, tail(text)).toBe(0);
  const document = parseDocument(text.stdout);
  change?.(document);
  const inventory = join(directory, 'inventory.yaml');
  await writeFile(inventory, document.toString());
  const nodes = (await readLab(labFiles(name)))?.nodes ?? [];
  return {
    name,
    nodes,
    inventory,
    node: (wanted) => found(nodes, wanted),
    on: (node, command) => onNode(name, node, command),
    outside: (...command) => execInClient(name, command),
    askThrough: (node, address, times) => askThrough(name, node, address, times),
    async remember(address, node) {
      const entry = [address, 'lladdr', node.mac, 'nud', 'stale', 'dev', 'eth0'];
      const { exitCode, stderr } = await execInClient(name, ['ip', 'neighbour', 'replace', ...entry]);
      expect(exitCode, stderr).toBe(0);
    },
    async remove() {
      await program('lab', '--name', name, 'down');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A line of the test's own report: times, and sentences that the program said. */
export function note(text: string): void {
  process.stdout.write(`    ${text}\n`);
}

function found(nodes: readonly LabNode[], name: string): LabNode {
  const node = nodes.find((one) => one.name === name);
  if (node === undefined) throw new Error(`the lab has no node ${name}`);
  return node;
}

async function onNode(lab: string, node: string, command: string): Promise<string> {
  const result = await program('lab', '--name', lab, 'ssh', node, '--', command);
  expect(result.exitCode, `${node}: ${command}\n${tail(result)}`).toBe(0);
  return result.stdout;
}

/** A pinned neighbour entry sends the requests through that node. */
async function askThrough(
  lab: string,
  node: LabNode,
  address: string,
  times: number,
): Promise<ReadonlyMap<string, number>> {
  const neighbour = ['lladdr', node.mac, 'nud', 'permanent', 'dev', 'eth0'] as const;
  const pinned = await execInClient(lab, ['ip', 'neighbour', 'replace', address, ...neighbour]);
  expect(pinned.exitCode, pinned.stderr).toBe(0);
  const answers = new Map<string, number>();
  try {
    for (let turn = 0; turn < times; turn += 1) {
      const answer = await execInClient(lab, ['curl', '-sS', '--max-time', '5', `http://${address}/`]);
      expect(answer.exitCode, `${address} through ${node.name}: ${answer.stderr}`).toBe(0);
      const pod = answer.stdout.trim();
      answers.set(pod, (answers.get(pod) ?? 0) + 1);
    }
  } finally {
    await execInClient(lab, ['ip', 'neighbour', 'del', address, 'dev', 'eth0']);
  }
  return answers;
}
