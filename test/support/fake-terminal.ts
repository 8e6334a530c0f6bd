// A terminal that keeps what was written to it, and can be resized.
import { EventEmitter } from 'node:events';
import type { Terminal } from '../../src/ui/live-frame.ts';

export class FakeTerminal extends EventEmitter implements Terminal {
  columns: number;
  rows: number;
  readonly writes: string[] = [];

  constructor(columns = 80, rows = 24) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.writes.push(text);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  /** The newest write without cursor movements. */
  get shown(): readonly string[] {
    return (this.writes.at(-1) ?? '').replaceAll(/\u001b\[[?0-9;]*[A-Za-z]/g, '').split('\r\n');
  }
}
