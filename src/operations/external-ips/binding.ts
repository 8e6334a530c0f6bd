// What the operations on bound external IPs are told.
import { z } from 'zod';
import { ipAddress } from '../args/networks.ts';

export const bindingArg = z
  .object({
    by: z.enum(['kube-proxy', 'interface']),
    kubeProxyBinds: z.boolean(),
    interface: z.string().min(1).nullable(),
    addresses: z.array(z.object({ address: ipAddress, candidates: z.array(z.string().min(1)) })),
  })
  .meta({ description: 'Who binds the external IPs and where, as `${{ binding }}` gives it.' });

export type BindingArg = z.output<typeof bindingArg>;

export interface OwnBinding {
  readonly interface: string;
  readonly addresses: BindingArg['addresses'];
}

/** The addresses that this program binds, and the interface they go to; null when it binds none. */
export function ownBinding({ by, interface: device, addresses }: BindingArg): OwnBinding | null {
  return by === 'interface' && device !== null ? { interface: device, addresses } : null;
}
