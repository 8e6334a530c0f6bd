// The examples that people copy from the pages are accepted by the program.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleManifest } from '../../../src/bundle/manifest.ts';
import { packagePath } from '../../../src/core/package-root.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { resolveInventory } from '../../../src/inventory/resolve.ts';
import { operations } from '../../../src/operations/registry.ts';
import { bindPhases } from '../../../src/playbook/bind.ts';
import { loadPlaybook } from '../../../src/playbook/load-playbook.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ipvs-bootstrap-docs-'));
  const [inventory = ''] = examples('README.md', 'yaml');
  writeFileSync(join(directory, 'cluster.yaml'), inventory);
  for (const text of examples('docs/playbooks.md', 'yaml')) {
    const name = /^name: (\S+)$/m.exec(text)?.[1];
    if (name !== undefined) writeFileSync(join(directory, `${name}.yaml`), text);
  }
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** The fenced blocks of a page in one language. */
function examples(page: string, language: string): readonly string[] {
  const text = readFileSync(packagePath(page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );
}

async function exampleInventory() {
  const loaded = await loadInventory(join(directory, 'cluster.yaml'));
  const environment = { homeDirectory: '/home/user', userName: 'user' };
  return { loaded, inventory: resolveInventory(loaded, environment) };
}

describe("the README's inventory", () => {
  it('is valid, without a warning but those of every newer Kubernetes', async () => {
    const { loaded } = await exampleInventory();
    const own = loaded.warnings.filter(({ message }) => !message.includes('deprecated since'));
    expect(own).toEqual([]);
    expect(loaded.warnings).toHaveLength(2);
  });
});

describe('the playbooks of docs/playbooks.md', () => {
  it.each(['tune', 'add-services'])('%s can be run on that inventory', async (name) => {
    const { inventory } = await exampleInventory();
    const { cluster, hosts, workloads, externalIPs, binding, claims } = inventory;
    const playbook = await loadPlaybook(join(directory, `${name}.yaml`), operations);
    const contextOf = (host: string) => ({
      cluster,
      workloads,
      externalIPs,
      binding,
      claims,
      host: hosts.find((one) => one.name === host) ?? { name: host },
    });
    const phases = bindPhases(playbook.phases, { hosts, contextOf });
    expect(phases.flatMap(({ tasks }) => tasks).every((task) => task.hosts.length > 0)).toBe(true);
  });
});

describe('the manifest of docs/bundle.md', () => {
  it('is one', () => {
    const [text = ''] = examples('docs/bundle.md', 'json');
    expect(bundleManifest.safeParse(JSON.parse(text)).error).toBeUndefined();
  });
});
