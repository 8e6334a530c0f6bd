// Every fact that src/facts exports, by name, so that cases need no registration.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fact } from '../../src/facts/fact.ts';

const factsDirectory = path.join(import.meta.dirname, '..', '..', 'src', 'facts');

function isFact(value: unknown): value is Fact<unknown, unknown> {
  return (
    typeof value === 'object' && value !== null && 'name' in value && 'probe' in value && 'parse' in value
  );
}

/** Loads all facts. @throws Error when two of them share a name. */
export async function loadFacts(): Promise<ReadonlyMap<string, Fact<unknown, unknown>>> {
  const files = readdirSync(factsDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const facts = new Map<string, Fact<unknown, unknown>>();
  for (const file of files) {
    const module = (await import(pathToFileURL(path.join(factsDirectory, file)).href)) as object;
    for (const fact of Object.values(module).filter(isFact)) {
      if (facts.has(fact.name)) throw new Error(`two facts are called ${fact.name}`);
      facts.set(fact.name, fact);
    }
  }
  return facts;
}
