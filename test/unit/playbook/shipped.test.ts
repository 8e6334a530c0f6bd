// Every playbook that ships with the program is valid.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../../src/core/package-root.ts';
import { operations } from '../../../src/operations/registry.ts';
import { loadPlaybook, shippedPlaybook } from '../../../src/playbook/load-playbook.ts';

const names = readdirSync(packagePath('playbooks'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => path.basename(file, '.yaml'));

describe.each(names)('the playbook %s', (name) => {
  it('has no mistake that can be found without hosts', async () => {
    const playbook = await loadPlaybook(shippedPlaybook(name), operations);
    expect(playbook.name).toBe(name);
  });
});
