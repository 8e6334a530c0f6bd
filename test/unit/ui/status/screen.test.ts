import { describe, expect, it } from 'vitest';
import { LiveStatusScreen, lineStatusScreen } from '../../../../src/ui/status/screen.ts';
import { createStyle } from '../../../../src/ui/style.ts';
import { FakeTerminal } from '../../../support/fake-terminal.ts';
import { recordingOutput } from '../../../support/recording-output.ts';
import { statusEvent, statusNode } from '../../../support/sample-status.ts';

const leaves = '\u001b[?7h\u001b[?25h\u001b[?1049l';

function live() {
  const terminal = new FakeTerminal(120, 40);
  return { terminal, screen: new LiveStatusScreen(terminal, createStyle(false), '2.0 s', 3) };
}

describe('the live screen of status', () => {
  it('says what it waits for until the first look', () => {
    expect(live().terminal.shown).toEqual(['Connecting to 3 hosts …']);
  });

  it('draws each look in place, with its time and how to end it', () => {
    const { terminal, screen } = live();
    screen.show(statusEvent());
    const writes = terminal.writes.length;
    screen.show(statusEvent({ nodes: [statusNode('master1', { isReady: false })] }));
    expect(terminal.writes).toHaveLength(writes + 1);
    expect(terminal.shown[0]).toBe('lab   1 node, API at 100.67.151.8:6443');
    expect(terminal.shown.at(-1)).toMatch(/^\d\d:\d\d:05   looks every 2\.0 s; Ctrl-C ends$/);
  });

  it('leaves the last look on the terminal that was there before', () => {
    const { terminal, screen } = live();
    screen.show(statusEvent());
    screen.close();
    screen.close();
    expect(terminal.writes.at(-2)).toBe(leaves);
    expect(terminal.writes.at(-1)).toMatch(/^lab {3}3 nodes(.|\n)*worker1 .*\n$/);
  });

  it('gives the terminal back while it is suspended, and draws again afterwards', () => {
    const { terminal, screen } = live();
    screen.show(statusEvent());
    screen.pause();
    expect(terminal.writes.at(-1)).toBe(leaves);
    screen.resume();
    expect(terminal.shown[0]).toContain('lab   3 nodes');
  });
});

describe('looks as plain lines', () => {
  it('are set apart, each with its time, when there are several', () => {
    const output = recordingOutput();
    const show = lineStatusScreen(output, 200, true);
    show(statusEvent());
    show(statusEvent());
    expect(output.results.filter((line) => line === '2026-11-23T08:31:05.123Z')).toHaveLength(2);
    expect(output.results.at(-1)).toBe('');
  });

  it('stand alone when there is one', () => {
    const output = recordingOutput();
    lineStatusScreen(output, 200, false)(statusEvent());
    expect(output.results[0]).toMatch(/^lab /);
    expect(output.results.at(-1)).toMatch(/nginx-5/);
  });
});
