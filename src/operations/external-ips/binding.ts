// What the operations on bound external IPs are told.
import { z } from 'zod';
import type { InterfaceChoices } from '../../kube/outside/interface-choice.ts';
import { interfaceArgs } from '../args/interfaces.ts';
import { ipAddress } from '../args/networks.ts';

export const bindingArg = z
  .object({
    by: z.enum(['kube-proxy', 'interface']),
    kubeProxyBinds: z.boolean(),
    ...interfaceArgs,
    addresses: z.array(z.object({ address: ipAddress, candidates: z.array(z.string().min(1)) })),
  })
  .meta({ description: 'Who binds the external IPs and where, as `${{ binding }}` gives it.' });

export type BindingArg = z.output<typeof bindingArg>;

export interface OwnBinding extends InterfaceChoices {
  readonly addresses: BindingArg['addresses'];
}

/** The addresses that this program binds, and the interfaces they go to; null when it binds none. */
export function ownBinding(binding: BindingArg): OwnBinding | null {
  return binding.by === 'interface' ? binding : null;
}
