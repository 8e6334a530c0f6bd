import { describe, expect, it } from 'vitest';
import { LiveFrame } from '../../../src/ui/live-frame.ts';
import { FakeTerminal } from '../../support/fake-terminal.ts';

function opened(columns = 80, rows = 24) {
  const terminal = new FakeTerminal(columns, rows);
  const frame = new LiveFrame(terminal);
  frame.open();
  terminal.writes.length = 0;
  return { terminal, frame };
}

describe('a live frame', () => {
  it('draws each frame by one write, from the top, and erases what stood there', () => {
    const { terminal, frame } = opened();
    frame.draw(() => ['first', 'second']);
    expect(terminal.writes).toEqual([
      '\u001b[?2026h\u001b[Hfirst\u001b[K\r\nsecond\u001b[K\u001b[J\u001b[?2026l',
    ]);
  });

  it('writes nothing when nothing has changed', () => {
    const { terminal, frame } = opened();
    frame.draw(() => ['same']);
    frame.draw(() => ['same']);
    expect(terminal.writes).toHaveLength(1);
  });

  it('draws anew for the new width when the window changes', () => {
    const { terminal, frame } = opened();
    frame.draw((width) => [`width ${width}`]);
    terminal.resize(40, 10);
    expect(terminal.shown).toEqual(['width 40']);
    terminal.resize(40, 11);
    expect(terminal.writes).toHaveLength(3);
  });

  it('says how many lines a low window hides', () => {
    const { terminal, frame } = opened(80, 3);
    frame.draw(() => ['1', '2', '3', '4', '5']);
    expect(terminal.shown).toEqual(['1', '2', '… 3 more lines: make the window taller']);
  });

  it('takes the alternate screen without a cursor, and gives everything back once', () => {
    const terminal = new FakeTerminal();
    const frame = new LiveFrame(terminal);
    frame.open();
    frame.open();
    frame.close();
    frame.close();
    expect(terminal.writes).toEqual([
      '\u001b[?1049h\u001b[?25l\u001b[?7l',
      '\u001b[?7h\u001b[?25h\u001b[?1049l',
    ]);
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  it('draws nothing while it is closed, and the newest when it is opened again', () => {
    const { terminal, frame } = opened();
    frame.close();
    terminal.writes.length = 0;
    frame.draw(() => ['unseen']);
    expect(terminal.writes).toEqual([]);
    frame.open();
    expect(terminal.shown).toEqual(['unseen']);
  });
});
