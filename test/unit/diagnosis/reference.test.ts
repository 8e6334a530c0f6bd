// The committed page of known causes is that of the code; `vitest run -u` writes it anew.
import { expect, it } from 'vitest';
import { causeReference } from '../../../src/diagnosis/reference.ts';

it('keeps docs/reference/diagnosis.md up to date', async () => {
  await expect(causeReference()).toMatchFileSnapshot('../../../docs/reference/diagnosis.md');
});
