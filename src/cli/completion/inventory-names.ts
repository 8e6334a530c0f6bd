// Names of hosts and namespaces out of an inventory, however unfinished it is.
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate } from './candidate.ts';

export interface InventoryNames {
  readonly hosts: readonly Candidate[];
  readonly namespaces: readonly Candidate[];
}

const nothing: InventoryNames = { hosts: [], namespaces: [] };
const largest = 1024 * 1024;

/** What the file names; nothing when it cannot be read. */
export async function inventoryNames(file: string): Promise<InventoryNames> {
  try {
    const { size } = await stat(file);
    if (size > largest) return nothing;
    const { parseDocument } = await import('yaml');
    return namesOf(parseDocument(await readFile(file, 'utf8'), { logLevel: 'silent' }).toJS());
  } catch {
    return nothing;
  }
}

/** The one YAML file of a directory, if there is one only: likely the inventory. */
export async function onlyInventory(directory: string): Promise<string | undefined> {
  const files = await readdir(directory).catch(() => []);
  const [file, ...others] = files.filter((name) => /\.ya?ml$/.test(name));
  return file === undefined || others.length > 0 ? undefined : join(directory, file);
}

function namesOf(document: unknown): InventoryNames {
  const hosts = entries(document, 'hosts').map((host) => {
    const { name, address, roles } = host;
    const about = [...(Array.isArray(roles) ? (roles as readonly unknown[]) : []), address];
    return { word: name, about: about.filter((word) => typeof word === 'string').join(' ') };
  });
  const namespaces = entries(document, 'workloads').map(({ namespace }) => ({ word: namespace, about: '' }));
  return { hosts: hosts.filter(isCandidate), namespaces: namespaces.filter(isCandidate) };
}

function entries(document: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = isMap(document) ? document[key] : undefined;
  return Array.isArray(list) ? list.filter(isMap) : [];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Only what can be a name, as it is put on a command line. */
function isCandidate(entry: { readonly word: unknown; readonly about: string }): entry is Candidate {
  return typeof entry.word === 'string' && /^[\w.-]+$/.test(entry.word);
}
