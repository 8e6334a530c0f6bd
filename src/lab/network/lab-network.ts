// A lab's network: a namespace with a bridge, a second one for the outside client, and a way in from the machine.
import { BootstrapError } from '../../core/errors.ts';
import { runProgram, type ProgramOptions } from '../../local/programs/program.ts';
import { bridge, tapName, type LabNames } from '../state/names.ts';
import { isIpv6 } from '../../core/ip.ts';
import type { FamilyPlans } from './families.ts';
import { collidingRoute, machineRoutes } from './collision.ts';

/** Whether the network is there, whole. */
export async function networkExists(names: LabNames, signal?: AbortSignal): Promise<boolean> {
  const namespaces = await namespaceNames(signal);
  if (!namespaces.has(names.namespace) || !namespaces.has(names.clientNamespace)) return false;
  if (!(await machineInterfaces(signal)).has(names.machineInterface)) return false;
  // Bringing the bridge up is the last step of building.
  const bridges = await ip(['-n', names.namespace, '-json', 'link', 'show', 'type', 'bridge', 'up'], {
    signal,
  });
  return bridges.includes(`"${bridge}"`);
}

/**
 * Builds the network.
 * @throws BootstrapError `lab.unsupported` when the machine uses addresses of the subnet for something else
 */
export async function createNetwork(names: LabNames, plans: FamilyPlans, signal: AbortSignal): Promise<void> {
  await refuseCollision(names, plans, signal);
  const { namespace, clientNamespace, machineInterface } = names;
  await ip(['netns', 'add', namespace], { signal });
  await ip(['netns', 'add', clientNamespace], { signal });
  await batch(undefined, signal, [
    `link add ${machineInterface} type veth peer name machine netns ${namespace}`,
  ]);
  // On our own interface only: nodes cannot use the machine as a router, or announce routes to it.
  await writeSettings([
    [`net/ipv4/conf/${machineInterface}/forwarding`, '0'],
    [`net/ipv6/conf/${machineInterface}/accept_ra`, '0'],
    [`net/ipv6/conf/${machineInterface}/disable_ipv6`, '0'],
  ]);
  await batch(undefined, signal, [
    ...plans.map(
      ({ machine, prefix }) => `address add ${addressWords(machine, prefix)} dev ${machineInterface}`,
    ),
    `link set ${machineInterface} up`,
  ]);
  // The gateway answers at once that there is no route, so that programs in the nodes do not wait in vain.
  await writeSettings(
    [
      ['net/ipv6/conf/all/disable_ipv6', '0'],
      ['net/ipv4/ip_forward', '1'],
      ['net/ipv6/conf/all/forwarding', '1'],
    ],
    namespace,
  );
  await writeSettings([['net/ipv6/conf/all/disable_ipv6', '0']], clientNamespace);
  await batch(namespace, signal, [
    'link set lo up',
    ...plans.map(({ gateway }) => `route add unreachable ${everywhere(gateway)}`),
    `link add ${bridge} type bridge`,
    ...plans.map(({ gateway, prefix }) => `address add ${addressWords(gateway, prefix)} dev ${bridge}`),
    `link set machine master ${bridge} up`,
    `link add client type veth peer name eth0 netns ${clientNamespace}`,
    `link set client master ${bridge} up`,
  ]);
  await batch(clientNamespace, signal, [
    'link set lo up',
    ...plans.map(({ client, prefix }) => `address add ${addressWords(client, prefix)} dev eth0`),
    'link set eth0 up',
    ...plans.map(({ gateway }) => `route add ${everywhere(gateway)} via ${gateway}`),
  ]);
  await ip(['-n', namespace, 'link', 'set', bridge, 'up'], { signal });
}

/** Nobody else in a lab has the address, so that IPv6 need not look for one who has. */
function addressWords(address: string, prefix: number): string {
  return `${address}/${prefix} ${isIpv6(address) ? 'nodad' : 'broadcast +'}`;
}

/** The default route of the gateway's family. */
function everywhere(gateway: string): string {
  return isIpv6(gateway) ? '::/0' : '0.0.0.0/0';
}

/** Makes sure that the node's tap device exists; `owner` is the user id that may attach to it. */
export async function createTap(
  names: LabNames,
  node: string,
  owner: number,
  signal: AbortSignal,
): Promise<void> {
  const tap = tapName(node);
  const there = await ip(['-n', names.namespace, '-brief', 'link', 'show', 'type', 'tun'], { signal });
  const taps = there.split('\n').map((line) => line.split(/\s/, 1)[0]);
  if (taps.includes(tap)) return;
  await batch(names.namespace, signal, [
    `tuntap add dev ${tap} mode tap user ${owner}`,
    `link set ${tap} master ${bridge} up`,
  ]);
}

/** Removes the network or what there is of it. Interfaces go with their namespace. */
export async function removeNetwork(names: LabNames): Promise<void> {
  if ((await machineInterfaces()).has(names.machineInterface)) {
    await ip(['link', 'delete', names.machineInterface], {});
  }
  const namespaces = await namespaceNames();
  for (const namespace of [names.clientNamespace, names.namespace]) {
    if (namespaces.has(namespace)) await ip(['netns', 'delete', namespace], {});
  }
  // ip(8) makes this mount for the first namespace of a machine. It is busy as long as there is a namespace.
  if ((await namespaceNames()).size === 0) {
    const unmount = 'mountpoint -q /run/netns && umount /run/netns || true';
    await runProgram('sh', ['-c', unmount], { asRoot: true });
  }
}

/** The names of the machine's network namespaces. */
export async function namespaceNames(signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const lines = (await ip(['netns', 'list'], { signal })).split('\n').filter((line) => line !== '');
  return new Set(lines.map((line) => line.split(' ', 1)[0] ?? ''));
}

async function machineInterfaces(signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const { parseLinks } = await import('./ip-json.ts');
  return new Set(parseLinks(await runProgram('ip', ['-json', 'link', 'show'], { signal })));
}

/** @throws BootstrapError `lab.unsupported` when the machine has a route of its own to addresses of the subnet */
export async function refuseCollision(
  names: LabNames,
  plans: FamilyPlans,
  signal: AbortSignal,
): Promise<void> {
  const routes = await machineRoutes(signal);
  for (const { subnet } of plans) {
    const route = collidingRoute(subnet, routes, names.machineInterface);
    if (route === undefined) continue;
    const way = route.dev === undefined ? '' : ` via ${route.dev}`;
    throw new BootstrapError(
      'lab.unsupported',
      `the lab's subnet ${subnet} overlaps with this machine's route to ${route.dst}${way}`,
      { hint: 'Choose a free one with --subnet, such as 10.77.0.0/16.' },
    );
  }
}

async function ip(
  args: readonly string[],
  options: Pick<ProgramOptions, 'input' | 'signal'>,
): Promise<string> {
  return runProgram('ip', args, { ...options, asRoot: true });
}

async function batch(
  namespace: string | undefined,
  signal: AbortSignal,
  commands: readonly string[],
): Promise<void> {
  const where = namespace === undefined ? [] : ['-n', namespace];
  await ip([...where, '-batch', '-'], { input: `${commands.join('\n')}\n`, signal });
}

/** Writes below /proc/sys, in a namespace or the machine's own. A kernel without IPv6 lacks that part. */
async function writeSettings(
  settings: readonly (readonly [string, string])[],
  namespace?: string,
): Promise<void> {
  const script = 'while [ $# -gt 0 ]; do [ ! -e "$1" ] || echo "$2" >"$1"; shift 2; done';
  const pairs = settings.flatMap(([name, value]) => [`/proc/sys/${name}`, value]);
  const command = ['sh', '-euc', script, 'sh', ...pairs];
  const [program = '', ...args] =
    namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command];
  await runProgram(program, args, { asRoot: true });
}
