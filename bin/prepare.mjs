// Makes a fresh clone runnable: checks Node, installs the npm packages and compiles, each only when needed.
// Plain JavaScript without packages, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oldestNode = [20, 19];

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(70);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (isOld) fail(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

function hash(paths) {
  const sum = createHash('sha256');
  for (const path of paths)
    sum
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)));
  return sum.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

/** Runs the command unless its inputs are the same as at the last time, and its result is there. */
function step(title, { stampFile, result, inputs, command }) {
  const stamp = join(root, stampFile);
  const key = hash(inputs);
  if (existsSync(stamp) && existsSync(join(root, result)) && readFileSync(stamp, 'utf8') === key) return;
  process.stderr.write(`${title} …\n`);
  const started = Date.now();
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) fail(`${command.join(' ')}: ${error.message}`);
  if (status !== 0) fail(`${command.join(' ')} failed; its messages are above.`);
  if (!existsSync(join(root, result))) fail(`${command.join(' ')} has not made ${result}.`);
  writeFileSync(stamp, key);
  process.stderr.write(`${title}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

checkNode();
step('Installing the npm packages', {
  stampFile: 'node_modules/.installed',
  result: 'node_modules/rolldown/package.json',
  inputs: ['package-lock.json'],
  // Whatever npm is told by its settings, or by an `npm pack --dry-run` around it. No install script: all of those build
  // native parts, which nothing here needs.
  command: ['npm', 'ci', '--ignore-scripts', '--include=dev', '--no-dry-run'],
});
step('Compiling', {
  stampFile: 'dist/.compiled',
  result: 'dist/cli/main.cjs',
  inputs: ['bin/bundle.mjs', 'bin/licences.mjs', 'package-lock.json', 'tsconfig.json', ...filesBelow('src')],
  command: [process.execPath, 'bin/bundle.mjs'],
});
