// A bundle has every package that the shipped playbooks install with a bundle: a host in a room without internet gets it
// nowhere else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { hostPackages } from '../../../src/bundle/make/host-packages.ts';
import { packagePath } from '../../../src/core/package-root.ts';

interface Playbook {
  readonly tasks?: readonly {
    readonly op?: string;
    readonly when?: readonly string[];
    readonly with?: { readonly packages?: unknown };
  }[];
}

it('is the list of what playbooks install', () => {
  const directory = packagePath('playbooks');
  const playbooks = readdirSync(directory).map(
    (name) => parse(readFileSync(join(directory, name), 'utf8')) as Playbook,
  );
  const lists = playbooks
    .flatMap(({ tasks = [] }) => tasks)
    .filter(({ op }) => op === 'packages.installed')
    .filter(({ when = [] }) => !when.includes('${{ source != "bundle" }}'))
    .map((task) => task.with?.packages as readonly string[]);
  expect(lists.length).toBeGreaterThan(2);
  expect([...hostPackages]).toEqual([...new Set(lists.flat())].sort());
});
