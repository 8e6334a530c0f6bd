// Good inventories in test/cases resolve to the .json beside them, with exactly the warnings of the .txt.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadInventory } from '../../../src/inventory/load.ts';
import { resolveInventory } from '../../../src/inventory/resolve.ts';
import { errorText } from '../../support/error-text.ts';

const directory = new URL('../../cases/inventories/good/', import.meta.url).pathname;
const cases = readdirSync(directory).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);
const environment = { homeDirectory: '/home/alice', userName: 'alice' };

it.each(cases)('%s', async (name) => {
  const loaded = await loadInventory(join(directory, `${name}.yaml`));
  const resolved = resolveInventory({ ...loaded, file: '/inventories/cluster.yaml' }, environment);
  const warnings = loaded.warnings.map(errorText).join('\n');
  await expect(`${JSON.stringify(resolved, null, 2)}\n`).toMatchFileSnapshot(join(directory, `${name}.json`));
  await expect(warnings).toMatchFileSnapshot(join(directory, `${name}.txt`));
});
