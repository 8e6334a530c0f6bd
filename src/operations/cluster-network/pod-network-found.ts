// A pod network that somebody else installs: without one no pod gets an address, and the run goes no further.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { podNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { defineOperation, unchanged } from '../operation.ts';

export const podNetworkFound = defineOperation({
  name: 'pod-network.found',
  summary:
    'Looks whether the host has a pod network that somebody has installed, and goes no further without one.',
  args: z.strictObject({}),
  example: `
- name: Give an administrator ten minutes to install the pod network
  op: pod-network.found
  wait: 10m
`,
  needs: () => [{ query: ask(podNetworkHost) }],
  reactsTo: (_args, { operation }) => ['control-plane.initialized', 'node.joined'].includes(operation),
  plan(_args, facts) {
    const { configurations } = facts.get(ask(podNetworkHost));
    return configurations.length > 0
      ? unchanged
      : {
          steps: [],
          pending: 'the cluster has no pod network yet: the inventory leaves it to you (cni: none)',
        };
  },
});
