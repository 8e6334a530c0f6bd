// Asks Debian's mirrors, as apt would, whether packages can be had: in seconds, also where nobody answers.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../programs/program-failure.ts';
import { runProgram, throwIfInterrupted } from '../programs/program.ts';
import { withWorkDirectory } from '../programs/work-directory.ts';
import { openPrivateApt, type PrivateApt } from './private-apt.ts';

/** Seconds for a connection to be made or an answer to begin, and for all of it. */
const limits = { answer: 7, all: 15 };

const options = [
  // Once more, as one lost packet means nothing.
  '-oAcquire::Retries=1',
  ...['http', 'https', 'ftp'].map((method) => `-oAcquire::${method}::Timeout=${limits.answer}`),
];

/** Asks the mirrors that /etc/apt names for a release of Debian, as `mirrorsAnswer` does. */
export async function askMirrors(release: string, signal: AbortSignal): Promise<void> {
  await withWorkDirectory(tmpdir(), async (work) => {
    await mirrorsAnswer(await openPrivateApt(work, release), signal);
  });
}

/**
 * Fetches the signed description of each suite, some 200 kB, and leaves alone what `apt` has.
 * @throws BootstrapError `preflight.failed` when that does not work within a few seconds
 */
export async function mirrorsAnswer(apt: PrivateApt, signal: AbortSignal): Promise<void> {
  await withWorkDirectory(tmpdir(), async (work) => {
    const text = await readFile(apt.sourcesFile, 'utf8');
    const started = performance.now();
    try {
      await fetchRelease(apt, text, work, signal);
    } catch (cause) {
      throwIfInterrupted(signal);
      const isLate = performance.now() - started >= limits.all * 1000;
      throw unreachable(saidBy(cause), text, isLate, cause);
    }
  });
}

async function fetchRelease(
  apt: PrivateApt,
  sources: string,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  const [parts, lists] = [join(work, 'sources'), join(work, 'lists')];
  await mkdir(parts);
  await mkdir(join(lists, 'partial'), { recursive: true });
  // No lists of packages, which are large.
  await writeFile(join(parts, 'asked.sources'), sources.replace(/^Suites:/gm, 'Targets: none\nSuites:'));
  const own = { 'Dir::Etc::SourceParts': parts, 'Dir::State::lists': lists, 'Dir::Cache': work };
  const settings = Object.entries(own).map(([name, value]) => `-o${name}=${value}`);
  const update = [`-c=${apt.configuration}`, ...settings, ...options, '-q', 'update', '--error-on=any'];
  const all = ['--kill-after=2', String(limits.all), 'apt-get', ...update];
  await runProgram('timeout', all, { signal });
}

/** The error for what apt said, before it was ended if it was late; with `sources` as in a deb822 file. */
export function unreachable(said: string, sources: string, isLate: boolean, cause?: unknown): BootstrapError {
  const late = isLate ? [`no answer within ${limits.all} s`] : [];
  const named = /(?:Failed to fetch (\S+?)\/dists\/|The repository '(\S+))/.exec(said);
  const all = sources.split('\n').flatMap((line) => /^URIs: (.*)$/.exec(line)?.[1]?.split(' ') ?? []);
  const address = named?.[1] ?? named?.[2] ?? [...new Set(all)].join(' and ');
  return new BootstrapError('preflight.failed', `Debian's packages cannot be fetched from ${address}`, {
    hint:
      'What is made here is made from them. Is this the right address in /etc/apt, and can the machine reach ' +
      'it? Behind a proxy, tell apt: `Acquire::http::Proxy "http://PROXY:PORT";` in a file in /etc/apt/apt.conf.d.',
    detail: [...aptErrors(said), ...late].join('\n'),
    cause,
  });
}

/** apt's errors; without any, whatever it says besides what went well. */
function aptErrors(said: string): readonly string[] {
  const lines = said.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('E: ') && !/index files failed/.test(line));
  if (errors.length > 0) return errors.map((line) => line.slice(3));
  return lines.filter((line) => !/^(Get|Hit|Ign|Fetched|Reading|timeout failed|$)/.test(line));
}
