// Waits until the virtual IP is on one control plane, and on one alone.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { holdersOf } from '../../ipvs/holders.ts';
import { choiceOf } from '../../kube/outside/interface-choice.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { virtualIPArg } from './args.ts';

export const virtualIPHeld = defineOperation({
  name: 'virtual-ip.held',
  summary: 'Waits until exactly one control plane holds the virtual IP.',
  args: z.strictObject({
    vip: virtualIPArg,
    controlPlanes: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'Names of the hosts that may hold it.' }),
  }),
  example: `
- name: Wait until one control plane has the virtual IP
  op: virtual-ip.held
  on: control-planes
  when: ['\${{ cluster.controlPlane.vip != nil }}']
  wait: 2m
  with:
    vip: \${{ cluster.controlPlane.vip }}
    controlPlanes: \${{ cluster.controlPlanes }}
`,
  needs: ({ controlPlanes }) => controlPlanes.map((host) => ({ query: ask(ipvsAddresses), host })),
  plan({ vip, controlPlanes }, facts) {
    const nodes = controlPlanes.map((node) => ({
      node,
      host: facts.get(ask(ipvsAddresses), node),
      choice: choiceOf(vip, node),
    }));
    const holders = holdersOf(vip.address, nodes);
    if (holders.length === 1) return unchanged;
    if (holders.length === 0) return { steps: [], pending: `no control plane holds ${vip.address}` };
    return {
      steps: [],
      pending: `${vip.address} is on several control planes: ${holders.join(', ')}`,
      pendingHint:
        'Their keepalived processes do not hear each other: let VRRP (IP protocol 112) through between the control planes, and look at systemctl status keepalived.',
    };
  },
});
