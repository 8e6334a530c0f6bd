// The picture of the README: `up` makes a cluster, and a second `up` changes nothing.
import { homedir } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import type { TerminalSize } from './film.ts';
import { inventory } from './lab.ts';
import { recorded, type Stoppable } from './program.ts';
import { svgOf } from './svg.ts';
import { filmOf, type Take } from './takes.ts';

/** Of the terminal that is recorded. */
export const size: TerminalSize = { columns: 100, rows: 30 };
const words = ['up', inventory];

/**
 * Records both runs on the lab and draws them.
 * @throws when they are not what the picture is to show
 */
export async function pictureOfRuns(at: Stoppable): Promise<string> {
  const takes: Take[] = [];
  for (let time = 1; time <= 2; time += 1) {
    takes.push({
      command: `ipvs-bootstrap ${words.join(' ')}`,
      chunks: await recorded(words, { ...at, ...size }),
    });
  }
  return drawnRuns(takes, [homedir(), at.cwd]);
}

/** @param secrets what must not be seen, such as directories of this machine */
export async function drawnRuns(takes: readonly Take[], secrets: readonly string[]): Promise<string> {
  const { scenes, verdicts } = await filmOf(takes, size);
  const [first = '', second = ''] = verdicts;
  if (!/^\d+ tasks changed, /.test(first)) throw new Error(`the first run ended with: ${first}`);
  if (!second.startsWith('nothing to change, ')) throw new Error(`the second run ended with: ${second}`);
  const written = stripVTControlCharacters(
    takes.flatMap(({ chunks }) => chunks.map(({ text }) => text)).join(''),
  );
  const shown = secrets.find((secret) => written.includes(secret));
  if (shown !== undefined) throw new Error(`the picture would show a path of this machine: ${shown}`);
  const description =
    `A terminal. The command ${takes[0]?.command ?? ''} makes a Kubernetes cluster, phase by phase, and proves ` +
    `it by tables of virtual servers and answers. It ends with: ${first}. The same command again ends with: ${second}. ` +
    'Recorded from a real run, time shortened.';
  return svgOf({ title: 'ipvs-bootstrap', description, scenes, ...size });
}
