import { describe, expect, it } from 'vitest';
import { createOutput, type OutputStream } from '../../../src/ui/output.ts';

/** What is chosen with these streams being terminals or not. */
function choose(
  terminals: { readonly stdout: boolean; readonly stderr: boolean },
  environment: NodeJS.ProcessEnv,
  format?: 'pretty' | 'plain' | 'json',
  columns = 80,
): string {
  const stream = (isTTY: boolean): OutputStream => ({ isTTY, columns, write: () => true });
  const streams = { stdout: stream(terminals.stdout), stderr: stream(terminals.stderr) };
  const output = createOutput(format, streams, environment);
  return `${output.format}${output.style.bad('x') === 'x' ? '' : ' coloured'}`;
}

const both = { stdout: true, stderr: true };
const neither = { stdout: false, stderr: false };
const piped = { stdout: false, stderr: true };

describe('the output', () => {
  it.each([
    ['on a terminal', both, {}, undefined, 'pretty coloured'],
    ['with results in a pipe', piped, {}, undefined, 'pretty'],
    ['with all in a pipe', neither, {}, undefined, 'plain'],
    ['with NO_COLOR', both, { NO_COLOR: '1' }, undefined, 'pretty'],
    ['with an empty NO_COLOR', both, { NO_COLOR: '' }, undefined, 'pretty coloured'],
    ['on a dumb terminal', both, { TERM: 'dumb' }, undefined, 'plain'],
    ['on a dumb terminal that shall be pretty', both, { TERM: 'dumb' }, 'pretty', 'plain'],
    ['in a pipe that shall be pretty', neither, {}, 'pretty', 'plain'],
    ['with FORCE_COLOR in a pipe', neither, { FORCE_COLOR: '1' }, undefined, 'plain coloured'],
    [
      'with FORCE_COLOR and NO_COLOR',
      neither,
      { FORCE_COLOR: '1', NO_COLOR: '1' },
      undefined,
      'plain coloured',
    ],
    ['with FORCE_COLOR=0', both, { FORCE_COLOR: '0' }, undefined, 'pretty'],
    ['that shall be plain', both, {}, 'plain', 'plain coloured'],
    ['that shall be JSON', both, {}, 'json', 'json coloured'],
  ] as const)('%s', (_title, terminals, environment, format, wanted) => {
    expect(choose(terminals, environment, format)).toBe(wanted);
  });

  it('moves no cursor on a terminal without a size', () => {
    expect(choose(both, {}, undefined, 0)).toBe('plain coloured');
    expect(choose(both, {}, 'pretty', 0)).toBe('plain coloured');
  });
});
