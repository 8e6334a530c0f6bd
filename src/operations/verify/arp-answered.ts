// Who answers for the external IPs on the network itself: one node where one is promised.
import { z } from 'zod';
import { parseCidr, parseIp, rangeContains } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { arpAnswers, type ArpAnswers, type ArpQuestion } from '../../facts/network/arp-answers.ts';
import { hostHardware, type HardwareAddress } from '../../facts/network/host-hardware.ts';
import { familyOf } from '../../ipvs/address.ts';
import { choiceOf } from '../../kube/outside/interface-choice.ts';
import { externalIPsOf } from '../../kube/objects/workloads.ts';
import { clusterArg } from '../args/cluster.ts';
import { workloadArgs } from '../args/workloads.ts';
import { bindingArg } from '../external-ips/binding.ts';
import { defineOperation, unchanged, type FactReader, type Plan } from '../operation.ts';
import { doubtsOf, judgeAddress, type Answerer } from './arp-verdict.ts';

const args = z.strictObject({
  node: z.string().min(1).meta({ description: 'Name of the Node that this host is: it asks.' }),
  cluster: clusterArg,
  binding: bindingArg,
  workloads: workloadArgs.shape.workloads,
});

type Wanted = z.output<typeof args>;

export const arpAnswered = defineOperation({
  name: 'arp.answered',
  summary:
    'Asks the network by ARP who answers for the external IPs: one node each where this program binds them, otherwise it is only shown.',
  args,
  example: `
- name: Ask the network who answers for the external IPs
  op: arp.answered
  on: first-control-plane
  wait: 30s # one may be on its way to another node
  with:
    node: \${{ host.name }}
    cluster: \${{ cluster }}
    binding: \${{ binding }}
    workloads: \${{ workloads }}
`,
  problemCode: 'verify.drift',
  needs(wanted) {
    if (addressesOf(wanted).length === 0) return [];
    return [
      ...askers(wanted).map(({ name, question }) => ({
        query: ask(arpAnswers, question),
        host: name,
        optional: true as const,
      })),
      ...wanted.cluster.nodes.map(({ name }) => ({
        query: ask(hostHardware),
        host: name,
        optional: true as const,
      })),
    ];
  },
  plan(wanted, facts): Plan {
    const addresses = addressesOf(wanted);
    if (addresses.length === 0) return unchanged;
    const heard = askers(wanted).flatMap(({ name, question }) => {
      const answers = facts.get<ArpAnswers | undefined>(ask(arpAnswers, question), name);
      return answers === undefined ? [] : [{ name, answers }];
    });
    const deaf = heard.find(({ answers }) => !answers.hasArping || answers.interface === null);
    if (deaf !== undefined) return cannotAsk(wanted, deaf.name, deaf.answers);
    const isWhole = heard.length === Math.min(2, wanted.cluster.nodes.length) && heard.length > 1;
    const results = addresses.map((address) => ({
      address,
      isPromised: wanted.binding.by === 'interface',
      isWhole,
      isNear: heard.some(({ answers }) => isNear(address, answers)),
      answerers: answerersOf(address, heard, wanted, facts),
    }));
    const warnings = results.flatMap(doubtsOf);
    return {
      steps: [],
      problems: results.flatMap(judgeAddress),
      warnings,
      report: results.map(({ address, answerers }) => ({
        'external IP': address,
        'answered on the network by': answerers.map(describe).join(', ') || 'nobody',
      })),
    };
  },
});

/** IPv4 addresses: nobody asks for IPv6 ones by ARP. */
function addressesOf({ workloads }: Wanted): readonly string[] {
  return [...new Set(externalIPsOf(workloads))].filter((address) => familyOf(address) === 'IPv4');
}

/** Two: a host does not hear itself. */
function askers(wanted: Wanted): readonly { readonly name: string; readonly question: ArpQuestion }[] {
  const { node, cluster, binding } = wanted;
  const self = cluster.nodes.filter(({ name }) => name === node);
  const other = cluster.nodes.filter(({ name }) => name !== node).slice(0, 1);
  return [...self, ...other].map(({ name, address, addresses }) => ({
    name,
    question: {
      interface: choiceOf(binding, name).interface,
      nodeAddress: addresses.find((own) => familyOf(own) === 'IPv4') ?? address,
      addresses: addressesOf(wanted),
    },
  }));
}

function cannotAsk({ binding }: Wanted, node: string, { hasArping }: ArpAnswers): Plan {
  if (binding.by !== 'interface') return unchanged;
  const reason = hasArping ? 'has no such interface' : 'has no arping (package iputils-arping)';
  const warning = `nobody can tell how many nodes answer for the external IPs on the network: ${node} ${reason}`;
  return { steps: [], warnings: [warning] };
}

function isNear(address: string, { interface: device }: ArpAnswers): boolean {
  const network = parseCidr(device?.network ?? '');
  const ip = parseIp(address);
  return network !== undefined && ip !== undefined && rangeContains(network, ip);
}

interface Heard {
  readonly answers: ArpAnswers;
}

function answerersOf(
  address: string,
  heard: readonly Heard[],
  { cluster }: Wanted,
  facts: FactReader,
): readonly Answerer[] {
  const all = heard.flatMap(({ answers }) => answers.answers.filter((one) => one.address === address));
  const cards = cluster.nodes.flatMap(({ name }) => {
    const own = facts.get<readonly HardwareAddress[] | undefined>(ask(hostHardware), name) ?? [];
    return own.map((one) => ({ ...one, node: name }));
  });
  return [...new Set(all.map(({ hardware }) => hardware))].sort().map((hardware) => {
    const found = cards.filter((one) => one.hardware === hardware);
    const node = found[0]?.node ?? null;
    const own = found.filter((one) => one.node === node);
    return { hardware, node, interfaces: own.map((one) => one.interface) };
  });
}

function describe({ node, hardware }: Answerer): string {
  return `${node ?? 'a stranger'} (${hardware})`;
}
