import { describe, expect, it } from 'vitest';
import type { Take } from '../../../pictures/takes.ts';
import { drawnRuns } from '../../../pictures/run-picture.ts';

function take(...lines: readonly string[]): Take {
  const chunks = lines.map((line, index) => ({ at: index * 400, text: `${line}\r\n` }));
  return { command: 'ipvs-bootstrap up cluster.yaml', chunks };
}

const makes = take(
  '✔ Join the other nodes: 2 steps, 29.8 s',
  '\u001b[33m26 tasks changed\u001b[39m, 1 min 28 s',
);
const finds = take('✔ Read 2 hosts in 1.2 s', '\u001b[32mnothing to change\u001b[39m, 1.4 s');

describe('the picture of two runs', () => {
  it('shows both, one below the other, and tells how they ended', async () => {
    const svg = await drawnRuns([makes, finds], []);
    expect(svg).toContain(
      'It ends with: 26 tasks changed, 1 min 28 s. The same command again ends with: nothing to change, 1.4 s.',
    );
    expect(svg).toMatch(/class="k">(?:(?!<g ).)*>26 tasks changed</);
    expect(svg).toMatch(/class="k">(?:(?!<g ).)*>nothing to change</);
    expect(svg).toMatch(/Recorded from a real run, time shortened\.<\/desc>/);
  });

  it('is the same each time for the same recording', async () => {
    expect(await drawnRuns([makes, finds], [])).toBe(await drawnRuns([makes, finds], []));
  });

  it('is not made of runs that ended otherwise', async () => {
    await expect(drawnRuns([finds, finds], [])).rejects.toThrow(
      'the first run ended with: nothing to change',
    );
    await expect(drawnRuns([makes, makes], [])).rejects.toThrow(
      'the second run ended with: 26 tasks changed',
    );
  });

  it('is not made when it would show a directory of this machine, were it only for a moment', async () => {
    const shows = take('reading /home/somebody/key', '\u001b[1A\u001b[2K26 tasks changed, 2 s');
    await expect(drawnRuns([shows, finds], ['/home/somebody'])).rejects.toThrow(
      'the picture would show a path of this machine: /home/somebody',
    );
  });
});
