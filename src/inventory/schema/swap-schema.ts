// What becomes of the hosts' swap.
import { z } from 'zod';
import { about } from './scalars.ts';

const keep = z.strictObject({
  behavior: z
    .enum(['NoSwap', 'LimitedSwap'])
    .default('NoSwap')
    .meta(
      about(
        'What the kubelet lets pods have of it. NoSwap: nothing. LimitedSwap: pods that ask for less memory than they may use get a share, by what they ask for.',
      ),
    ),
});

const words = 'must be refuse, off, keep, or { keep: { behavior: … } }';

export const swap = z
  .union([z.enum(['refuse', 'off', 'keep']), z.strictObject({ keep })], {
    // In a map, its own mistakes say more.
    error: ({ input }) => (typeof input === 'object' && input !== null ? undefined : words),
  })
  .transform((written) => {
    if (typeof written === 'object') return { policy: 'keep' as const, ...written.keep };
    return { policy: written, behavior: 'NoSwap' as const };
  })
  .meta({ title: 'refuse, off, keep, or a map with keep' });
