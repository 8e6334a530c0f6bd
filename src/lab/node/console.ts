// What a node printed on its console, for messages about nodes that do not come up.
import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

/** The last lines of a console's log, without colours. Empty when there is none. */
export async function consoleTail(path: string, lines = 25): Promise<string> {
  const text = stripVTControlCharacters(await readFile(path, 'utf8').catch(() => ''));
  return text.trimEnd().split(/\r?\n/).slice(-lines).join('\n');
}
