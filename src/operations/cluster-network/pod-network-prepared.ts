// A host made ready for a pod network that is not ours: its plugins find the others, and what was there before is noted.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { podNetworkHost, type PodNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { ownPaths } from '../../kube/paths.ts';
import { commonPluginDirectory, podNetworkPaths } from '../../kube/pod-network.ts';
import { defineOperation, unchanged, type Plan, type Problem, type Step } from '../operation.ts';
import { networkLeftovers, removeLeftovers } from './network-leftovers.ts';

export const podNetworkPrepared = defineOperation({
  name: 'pod-network.prepared',
  summary:
    "Makes a host ready for a pod network that this program does not bring: links the distribution's CNI plugins to where such networks put theirs, and notes what was there before.",
  args: z.strictObject({
    kind: z
      .enum(['host-gw', 'manifest', 'none'])
      .meta({ description: 'Which pod network the cluster has, as `${{ cni.kind }}` gives it.' }),
  }),
  example: `
- name: Make the hosts ready for their pod network
  op: pod-network.prepared
  with: { kind: '\${{ cni.kind }}' }
`,
  needs: () => [{ query: ask(podNetworkHost) }],
  reactsTo: (_args, { operation, isHere }) => isHere && operation === 'packages.installed',
  plan({ kind }, facts) {
    const host = facts.get(ask(podNetworkHost));
    if (kind === 'host-gw') return planOwn(host);
    if (host.files.includes(ownConfiguration)) return { steps: [], problems: [connectedByUs] };
    return {
      steps: [...noteSteps(host), ...linkSteps(host)],
      warnings: host.before === null && !host.isNode ? host.configurations.map(inTheWay) : [],
      ...(isWithoutPlugins(host) ? { unsettled: "CNI's plugins are not installed yet" } : {}),
    };
  },
});

/** Of another one no more than its preparations may be there, from a run that did not get far. */
function planOwn(host: PodNetworkHost): Plan {
  const leftovers = networkLeftovers(host);
  if (leftovers === undefined) return unchanged;
  return host.isNode ? { steps: [], problems: [connectedByOthers] } : { steps: [removeLeftovers(leftovers)] };
}

const ownConfiguration = podNetworkPaths.cni.slice(podNetworkPaths.cniDirectory.length + 1);

const keeps = 'A cluster keeps its pod network: its pods would lose each other on the way to another one.';

const connectedByUs: Problem = {
  message: 'the pods of this node are connected by host-gw, and the inventory asks for another pod network',
  hint: `${keeps} Write "cni: host-gw", or "reset" the cluster first.`,
};

const connectedByOthers: Problem = {
  message: 'the pods of this node are connected by another pod network, and the inventory asks for host-gw',
  hint: `${keeps} Name that of the cluster under cluster.network.cni, or "reset" the cluster first.`,
};

function inTheWay({ name }: { readonly name: string }): string {
  return `another network is configured on this host: the runtime takes the first file in ${podNetworkPaths.cniDirectory} by its name, and ${name} is there already`;
}

function noteSteps({ before, files, programs, interfaces, routes }: PodNetworkHost): readonly Step[] {
  if (before !== null) return [];
  const lines = [
    ...files.map((name) => `file ${name}`),
    ...programs.map((name) => `program ${name}`),
    ...interfaces.map(({ name }) => `interface ${name}`),
    ...routes.map(({ network }) => `route ${network}`),
  ];
  return [
    {
      kind: 'write',
      title: 'note what there is of pod networks',
      path: ownPaths.podNetworkBefore,
      content: lines.map((line) => `${line}\n`).join(''),
      mode: 0o644,
    },
  ];
}

function linkSteps({ plugins, programs }: PodNetworkHost): readonly Step[] {
  const missing = plugins?.names.filter((name) => !programs.includes(name)) ?? [];
  if (plugins === null || missing.length === 0) return [];
  const paths = missing.map((name) => `${plugins.directory}/${name}`);
  return [
    {
      kind: 'exec',
      title: `link the plugins of ${plugins.directory} into ${commonPluginDirectory}: ${missing.join(', ')}`,
      command: cmd`mkdir -p ${commonPluginDirectory} && ln -s ${paths} ${`${commonPluginDirectory}/`}`,
    },
  ];
}

function isWithoutPlugins({ plugins, programs }: PodNetworkHost): boolean {
  return plugins === null && !programs.includes('bridge');
}
