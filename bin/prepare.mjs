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

/** Runs the command unless what it depends on is the same as at the last time it succeeded. */
function step(title, stampFile, inputs, command) {
  const stamp = join(root, stampFile);
  const key = hash(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  process.stderr.write(`${title} …\n`);
  const started = Date.now();
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) fail(`${command.join(' ')}: ${error.message}`);
  if (status !== 0) fail(`${command.join(' ')} failed; its messages are above.`);
  writeFileSync(stamp, key);
  process.stderr.write(`${title}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

checkNode();
// Without their install scripts: all of those build native parts, which nothing here needs.
step(
  'Installing the npm packages',
  'node_modules/.installed',
  ['package-lock.json'],
  ['npm', 'ci', '--ignore-scripts'],
);
step(
  'Compiling',
  'dist/.compiled',
  ['bin/bundle.mjs', 'bin/licences.mjs', 'package-lock.json', 'tsconfig.json', ...filesBelow('src')],
  [process.execPath, 'bin/bundle.mjs'],
);
