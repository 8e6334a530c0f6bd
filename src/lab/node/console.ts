// What a node printed on its console, for messages about nodes that do not come up.
import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

/** Of a kernel's dying words, addresses on its stack say nothing to anybody but its authors. */
const stackDump = /^\s*(\[<[0-9a-f]+>\]|[0-9a-f]{8}( [0-9a-f]{8})+)/;

/** The last lines of a console's log, without colours and stack dumps. Empty when there is none. */
export async function consoleTail(path: string, lines = 25): Promise<string> {
  const text = stripVTControlCharacters(await readFile(path, 'utf8').catch(() => ''));
  const readable = text
    .trimEnd()
    .split(/\r?\n/)
    .filter((line) => !stackDump.test(line));
  return readable.slice(-lines).join('\n');
}
