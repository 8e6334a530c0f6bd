// The licences of the packages that are bundled: most ask for their text to go along.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The npm package that a module belongs to; undefined for the project's own. */
export function packageOf(id) {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}

/** The folder of that package, wherever it is installed. */
function folderOf(id) {
  return /.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0];
}

/** A text with the name, version, and licence of each package that one of the modules is of. */
export function licences(ids) {
  const folders = new Set(ids.map(folderOf));
  folders.delete(undefined);
  return [...folders]
    .sort()
    .map(entry)
    .join(`\n${'-'.repeat(100)}\n\n`);
}

function entry(folder) {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const kind = license ?? licenses.map(({ type }) => type).join(', ');
  return `${name} ${version} (${kind})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
