// The lab's name server: knows its nodes' names and answers at the gateway's address that there are no others.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { BootstrapError } from '../../core/errors.ts';
import { runProgram, userPrefix } from '../../local/programs/program.ts';
import type { ResolverFiles } from '../state/files.ts';
import type { LabNode } from '../state/lab-schema.ts';
import { nodeAddresses } from '../state/node-addresses.ts';
import { writeWhole } from '../../local/write-whole.ts';

type NamedNode = Pick<LabNode, 'name' | 'address' | 'secondAddress'>;

/** The domain in which nodes can be found, too. */
const domain = 'lab';

/** Root is needed for the namespace and for opening its port of name servers to others, not for the rest. */
const startScript = 'echo 53 >/proc/sys/net/ipv4/ip_unprivileged_port_start; exec "$@"';

/** Makes sure that the resolver runs in the namespace and knows the nodes. Says whether it had to be started. */
export async function ensureResolver(
  namespace: string,
  addresses: readonly string[],
  nodes: readonly NamedNode[],
  files: ResolverFiles,
): Promise<'running' | 'started'> {
  if (await tellNames(nodes, files)) return 'running';
  const command = ['sh', '-euc', startScript, 'sh', ...userPrefix(), ...resolverCommand(addresses, files)];
  await runProgram('ip', ['netns', 'exec', namespace, ...command], { asRoot: true });
  return 'started';
}

/** Writes down the nodes' names, and has the resolver read them again. Says whether it runs. */
export async function tellNames(nodes: readonly NamedNode[], files: ResolverFiles): Promise<boolean> {
  await writeWhole(files.hosts, hostsText(nodes));
  const running = await resolverProcess(files);
  if (running === undefined) return false;
  process.kill(running, 'SIGHUP');
  return true;
}

/** Ends the resolver. One that does not run is fine. */
export async function endResolver(files: ResolverFiles): Promise<void> {
  const running = await resolverProcess(files);
  if (running === undefined) return;
  process.kill(running, 'SIGTERM');
  for (let waited = 0; waited < endMs; waited += pollMs) {
    if ((await resolverProcess(files)) === undefined) return;
    await sleep(pollMs);
  }
  throw new BootstrapError('lab.failed', `the lab's resolver (process ${running}) does not end`);
}

/** The process id of the resolver, or undefined. Its words tell it from others that got its number later. */
export async function resolverProcess(files: ResolverFiles): Promise<number | undefined> {
  const processId = Number.parseInt(await readFile(files.process, 'utf8').catch(() => ''), 10);
  const words = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '');
  return words.split('\0').includes(files.hosts) ? processId : undefined;
}

/** dnsmasq returns when it listens, and goes on in the background. */
export function resolverCommand(
  addresses: readonly string[],
  files: ResolverFiles,
): readonly [string, ...string[]] {
  return [
    'dnsmasq',
    '--conf-file=/dev/null',
    // Started by root it stays root, as what the lab writes may be closed to others.
    '--user=root',
    '--no-resolv',
    '--no-poll',
    '--no-hosts',
    // What is not in the file is nowhere.
    '--local=/#/',
    '--bind-interfaces',
    ...addresses.map((address) => `--listen-address=${address}`),
    `--pid-file=${files.process}`,
    '--addn-hosts',
    files.hosts,
  ];
}

/** The nodes as a hosts file: `worker1.lab` and `worker1`. */
export function hostsText(nodes: readonly NamedNode[]): string {
  return nodes
    .flatMap((node) =>
      nodeAddresses(node).map((address) => `${address} ${node.name}.${domain} ${node.name}\n`),
    )
    .join('');
}

const endMs = 5000;
const pollMs = 20;
