// What status shows of a node: its state in the API, and what its kernel and kube-proxy say.
import { z } from 'zod';
import { apiObjects } from '../facts/api-objects.ts';
import { ask } from '../facts/fact.ts';
import { ipvsTable } from '../facts/ipvs-table.ts';
import { kubeProxyMode } from '../facts/kube-proxy-mode.ts';
import type { IpvsTable } from '../ipvs/model.ts';
import { viewNodes, type NodeView } from '../kube/node-view.ts';
import { defineOperation } from './operation.ts';
import { apiArgs } from './workload-args.ts';

export const nodeDescribed = defineOperation({
  name: 'node.described',
  summary: 'Shows a node: its state, the mode of its kube-proxy, and how much its kernel balances.',
  args: z.strictObject({
    ...apiArgs,
    node: z.string().min(1).meta({ description: 'Name of the host.' }),
    address: z.string().min(1).meta({ description: 'Its address.' }),
  }),
  needs: ({ from, version }) => [
    { query: ask(apiObjects, { version }), host: from },
    { query: ask(ipvsTable) },
    { query: ask(kubeProxyMode) },
  ],
  plan({ from, version, node, address }, facts) {
    const api = facts.get(ask(apiObjects, { version }), from);
    const view = api.reachable ? viewNodes(api.items).find(({ name }) => name === node) : undefined;
    const row = {
      node,
      roles: rolesOf(view),
      address,
      state: api.reachable ? stateOf(view) : 'no API',
      version: view?.kubeletVersion ?? '-',
      'kube-proxy': facts.get(ask(kubeProxyMode)).mode ?? 'no answer',
      ...countsOf(facts.get(ask(ipvsTable))),
    };
    return { steps: [], report: [row] };
  },
});

function rolesOf(view: NodeView | undefined): string {
  if (view === undefined) return '-';
  return view.isControlPlane ? 'control-plane' : 'worker';
}

function stateOf(view: NodeView | undefined): string {
  if (view === undefined) return 'not joined';
  return view.isReady ? 'Ready' : 'NotReady';
}

function countsOf(table: IpvsTable | null): Record<string, string> {
  const servers = table?.virtualServers ?? [];
  const real = servers.reduce((sum, { realServers }) => sum + realServers.length, 0);
  return {
    'virtual servers': table === null ? 'no ip_vs' : String(servers.length),
    'real servers': String(real),
  };
}
