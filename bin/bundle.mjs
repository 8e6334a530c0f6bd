// src/ and the packages that it uses → dist/, a few files that Node loads quickly. What is installed is
// then this package alone: nothing else to fetch, no install script, no compiler.
// CommonJS, as Node 20 starts it in less time than ES modules.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licences, packageOf } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist');

/** Packages with a file of their own, so that a command which does without one does not read it. */
const apart = ['execa', 'liquidjs', 'listr2', 'ora', 'ssh2', 'yaml', 'zod'];

const shared = 'get-east-asian-width';

/** ssh2 does without both: they are native, and only some ciphers get quicker. */
const isNative = (id) => id === 'cpu-features' || id.endsWith('.node');

/** commander can start programs as its commands, which none of ours is: what it takes for that is loaded late. */
const late = '\0late:child_process';
const lateChildProcess = {
  name: 'late-child-process',
  resolveId: (id, importer = '') =>
    id === 'node:child_process' && packageOf(root, importer) === 'commander' ? late : null,
  load: (id) =>
    id === late ? "exports.spawn = (...args) => require('node:child_process').spawn(...args);" : null,
};

const complaints = [];
const bundle = await rolldown({
  cwd: root,
  input: { 'cli/main': 'src/cli/main.ts', 'cli/complete': 'src/cli/complete.ts' },
  platform: 'node',
  external: isNative,
  plugins: [lateChildProcess],
  onLog: (_level, log) => complaints.push(log.message),
});

rmSync(target, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: target,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
  codeSplitting: {
    groups: [
      // A package comes with what it needs. This one is needed by others and by us: it must not come with them.
      { name: shared, test: (id) => packageOf(root, id) === shared, priority: 1 },
      { debugName: 'packages', name: (id) => apart.find((name) => packageOf(root, id) === name) ?? null },
    ],
  },
});
await bundle.close();
if (complaints.length > 0) {
  process.stderr.write(`${complaints.join('\n')}\n`);
  process.exit(1);
}
const circle = findCircle(new Map(output.map(({ fileName, imports = [] }) => [fileName, imports])));
if (circle !== undefined) {
  process.stderr.write(`Files that need each other while they load: ${circle.join(' → ')}\n`);
  process.exit(1);
}
const inputs = output.flatMap(({ moduleIds = [] }) => moduleIds);
writeFileSync(join(target, 'third-party-licences.txt'), licences(root, inputs));

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
