// VRRP numbers: in range, all different, and the same as before for most when the addresses change.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { routerId, routerIds } from '../../../../src/operations/keepalived/router-ids.ts';

it('are from 1 to 255, all different, and none that is taken', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.ipV4(), { maxLength: 254 }), fc.ipV4(), (addresses, virtual) => {
      const ids = [...routerIds(addresses, [routerId(virtual)]).values()];
      expect(ids).toHaveLength(addresses.length);
      expect(new Set([...ids, routerId(virtual)]).size).toBe(addresses.length + 1);
      for (const id of ids) expect(id >= 1 && id <= 255).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it('stay the same for the others when an address comes or goes', () => {
  const before = routerIds(['10.1.0.1', '10.1.0.2', '10.1.0.3'], []);
  const after = routerIds(['10.1.0.1', '10.1.0.3', '10.1.0.4'], []);
  for (const address of ['10.1.0.1', '10.1.0.3']) expect(after.get(address)).toBe(before.get(address));
});

it('take the next free one where two addresses come to the same', () => {
  expect([...routerIds(['10.0.0.1', '10.0.1.0'], []).values()]).toEqual([
    routerId('10.0.0.1'),
    routerId('10.0.0.1') + 1,
  ]);
});
