// src/ and the packages that it uses → dist/, a few files that Node loads quickly. What is installed is then this
// package alone: nothing else to fetch, no install script, no compiler.
// CommonJS, as Node 20 starts it in less time than ES modules.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licences, packageOf } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist');
const fresh = join(root, `dist.new-${process.pid}`);
const old = join(root, `dist.old-${process.pid}`);

/** Packages with a file of their own, so that a command which does without one does not read it. */
const apart = ['execa', 'liquidjs', 'listr2', 'ora', 'ssh2', 'undici', 'yaml', 'zod'];

const shared = 'get-east-asian-width';

/** ssh2 does without both: they are native, and only some ciphers get quicker. */
const isNative = (id) => id === 'cpu-features' || id.endsWith('.node');

/** commander can start programs as its commands, which none of ours is: what it takes for that is loaded late. */
const late = '\0late:child_process';
const lateChildProcess = {
  name: 'late-child-process',
  resolveId: (id, importer = '') =>
    id === 'node:child_process' && packageOf(importer) === 'commander' ? late : null,
  load: (id) =>
    id === late ? "exports.spawn = (...args) => require('node:child_process').spawn(...args);" : null,
};

/** Completion takes the parser of yaml alone, which can be had apart in its build for browsers only. */
const parser = join(root, 'node_modules/yaml/browser/dist/parse/parser.js');
const parserAlone = {
  name: 'parser-alone',
  resolveId: (id, importer = '') => (id === 'yaml' && importer.includes('/cli/completion/') ? parser : null),
};

function chunkOf(id) {
  if (id.includes('/yaml/browser/')) return 'yaml-parser';
  return apart.find((name) => packageOf(id) === name) ?? null;
}

const complaints = [];
const bundle = await rolldown({
  cwd: root,
  input: { 'cli/main': 'src/cli/main.ts', 'cli/complete': 'src/cli/complete.ts' },
  platform: 'node',
  external: isNative,
  plugins: [lateChildProcess, parserAlone],
  onLog: (_level, log) => complaints.push(log.message),
});
const { output } = await bundle.write({
  dir: fresh,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
  // Docstrings are for those who read the sources. Licences stay.
  comments: { jsdoc: false },
  codeSplitting: {
    groups: [
      // A package comes with what it needs. This one is needed by others and by us: it must not come with them.
      { name: shared, test: (id) => packageOf(id) === shared, priority: 1 },
      { debugName: 'packages', name: chunkOf },
    ],
  },
});
await bundle.close();
const circle = findCircle(new Map(output.map(({ fileName, imports = [] }) => [fileName, imports])));
if (circle !== undefined)
  complaints.push(`files that need each other while they load: ${circle.join(' → ')}`);
if (complaints.length > 0) {
  rmSync(fresh, { recursive: true });
  process.stderr.write(`${complaints.join('\n')}\n`);
  process.exit(1);
}
const inputs = output.flatMap(({ moduleIds = [] }) => moduleIds);
writeFileSync(join(fresh, 'third-party-licences.txt'), licences(inputs));
replace();

/** Half a program is never there. */
function replace() {
  try {
    renameSync(target, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

/** A file that is reached from itself, as the way there. In CommonJS it would see others half loaded. */
function findCircle(imports) {
  const done = new Set();
  const visit = (file, way) => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    return (imports.get(file) ?? []).map((next) => visit(next, [...way, file])).find((found) => found);
  };
  return [...imports.keys()].map((file) => visit(file, [])).find((found) => found);
}
