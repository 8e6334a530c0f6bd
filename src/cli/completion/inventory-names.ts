// Names of hosts and namespaces out of an inventory, however unfinished it is.
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CST } from 'yaml';
import { isHarmless, type Candidate } from './candidate.ts';

export interface InventoryNames {
  readonly hosts: readonly Candidate[];
  readonly namespaces: readonly Candidate[];
}

const nothing: InventoryNames = { hosts: [], namespaces: [] };
/** Bytes. Somebody waits for it. */
const largest = 256 * 1024;

/** What the file names; nothing when it cannot be read. */
export async function inventoryNames(file: string): Promise<InventoryNames> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > largest) return nothing;
    // Its syntax alone: what it all means takes as long again, and is more than is asked for.
    const { Parser } = await import('yaml');
    const [document] = [...new Parser().parse(await readFile(file, 'utf8'))].flatMap((token) =>
      token.type === 'document' ? [token.value] : [],
    );
    return namesOf(document);
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

type Token = CST.Token | null | undefined;

function namesOf(document: Token): InventoryNames {
  const hosts = entriesOf(valueOf(document, 'hosts')).map((host) => {
    const about = [...entriesOf(valueOf(host, 'roles')), valueOf(host, 'address')].map(textOf);
    return { word: textOf(valueOf(host, 'name')), about: about.filter(isHarmless).join(' ') };
  });
  const namespaces = entriesOf(valueOf(document, 'workloads')).map((workload) => {
    return { word: textOf(valueOf(workload, 'namespace')), about: '' };
  });
  return { hosts: hosts.filter(isCandidate), namespaces: namespaces.filter(isCandidate) };
}

function isCandidate(entry: { readonly word: unknown; readonly about: string }): entry is Candidate {
  return isHarmless(entry.word);
}

function itemsOf(token: Token): readonly CST.CollectionItem[] {
  return token?.type === 'block-map' || token?.type === 'block-seq' || token?.type === 'flow-collection'
    ? token.items
    : [];
}

function entriesOf(token: Token): readonly Token[] {
  return itemsOf(token).map(({ value }) => value);
}

function valueOf(token: Token, key: string): Token {
  return itemsOf(token).find((item) => textOf(item.key) === key)?.value;
}

/** A text on one line, without its quotes. */
function textOf(token: Token): string | undefined {
  if (token?.type === 'scalar') return token.source;
  const isQuoted = token?.type === 'single-quoted-scalar' || token?.type === 'double-quoted-scalar';
  return isQuoted ? token.source.slice(1, -1) : undefined;
}
