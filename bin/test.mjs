// `npm test`: every check of the project, the cheap ones first; stops at the first stage that fails.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'ipvs-bootstrap-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };

function run(command) {
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`${command.join(' ')}: ${error.message}\n`);
  return status === 0;
}

/** Runs commands side by side, each for itself; what they print comes in their order, each with its time. */
async function together(commands) {
  const runs = commands.map(async ([title, command]) => {
    const from = Date.now();
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    const status = await new Promise((resolve) => {
      child.on('error', (error) => {
        output.push(Buffer.from(`${command.join(' ')}: ${error.message}\n`));
        resolve(1);
      });
      child.on('close', resolve);
    });
    return { title, output: Buffer.concat(output), isGreen: status === 0, took: Date.now() - from };
  });
  const results = await Promise.all(runs);
  for (const { title, output, isGreen, took } of results) {
    process.stdout.write(output);
    process.stdout.write(`${title}: ${isGreen ? 'fine' : 'FAILED'}, ${(took / 1000).toFixed(1)} s\n`);
  }
  return results.every(({ isGreen }) => isGreen);
}

function installDebianPackages() {
  const { debian } = JSON.parse(readFileSync(join(root, 'test/support/packages.json'), 'utf8'));
  const missing = debian.filter((name) => !isInstalled(name));
  if (missing.length === 0) return true;
  process.stdout.write(`Installing Debian packages that the tests need: ${missing.join(' ')}\n`);
  const sudo = process.getuid() === 0 ? [] : ['sudo'];
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  return (
    run([...sudo, ...quiet, 'update']) &&
    run([...sudo, ...quiet, 'install', '-y', '--no-install-recommends', ...missing])
  );
}

function isInstalled(name) {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.includes('install ok installed');
}

function vitest(project) {
  const report = join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const passed = run(['node_modules/.bin/vitest', 'run', '--project', project, ...reporters]);
  return count(report) && passed;
}

/** Adds a report's figures to the totals. A run that counted no test is a failure. */
function count(report) {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests;
    totals.skipped += result.numPendingTests + result.numTodoTests;
    return result.numPassedTests > 0;
  } catch (error) {
    process.stderr.write(`no test report: ${error.message}\n`);
    return false;
  }
}

const cheapChecks = [
  ['format', ['node_modules/.bin/prettier', '--check', '--log-level=warn', '.']],
  ['lint', ['node_modules/.bin/eslint', '--max-warnings=0', '.']],
  ['types', ['node_modules/.bin/tsc', '--noEmit']],
];

const stages = [
  ['format, lint and types', () => together(cheapChecks)],
  ['unit tests', () => vitest('unit')],
  ['packages for the tests', installDebianPackages],
  ['integration tests', () => vitest('integration')],
  ['end-to-end tests in the lab', () => vitest('e2e')],
];

const times = [];
let isGreen = true;
for (const [title, stage] of stages) {
  process.stdout.write(`\n== ${title}\n`);
  const started = Date.now();
  isGreen = await stage();
  times.push(
    `${((Date.now() - started) / 1000).toFixed(1).padStart(8)} s  ${title}${isGreen ? '' : '  FAILED'}`,
  );
  if (!isGreen) break;
}
rmSync(reports, { recursive: true, force: true });
process.stdout.write(`\n${times.join('\n')}\n\n`);
const failed = totals.failed + (isGreen || totals.failed > 0 ? 0 : 1);
process.stdout.write(`${totals.passed} passed, ${failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = isGreen && totals.skipped === 0 ? 0 : 1;
