// Every bad inventory in test/cases gives exactly the errors in the .txt beside it; `vitest run -u` writes them anew.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ErrorList } from '../../../src/core/errors.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { errorText } from '../../support/error-text.ts';

const directory = new URL('../../cases/inventories/bad/', import.meta.url).pathname;
const files = readdirSync(directory);
const cases = files.filter((file) => file.endsWith('.yaml')).map((file) => file.replace(/\.yaml$/, ''));

it.each(cases)('%s', async (name) => {
  const file = join(directory, `${name}.yaml`);
  const error: unknown = await loadInventory(file).then(
    () => expect.fail('it was taken for a good inventory'),
    (reason: unknown) => reason,
  );
  const errors = error instanceof ErrorList ? error.errors : [error];
  for (const one of errors) expect(one).toMatchObject({ code: 'inventory.invalid', where: { file } });
  await expect(errorText(error)).toMatchFileSnapshot(join(directory, `${name}.txt`));
});

it('has an expectation for each case and no other files', () => {
  expect(files.toSorted()).toEqual(cases.flatMap((name) => [`${name}.txt`, `${name}.yaml`]).toSorted());
});
