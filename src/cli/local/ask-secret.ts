// Asks for a secret on the terminal; what is typed is not shown.
import type { ReadStream } from 'node:tty';
import { BootstrapError } from '../../core/errors.ts';

/** What a question needs of the terminal. */
export interface Terminal {
  readonly input: Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;
  readonly write: (text: string) => void;
}

/** @throws BootstrapError `interrupted` after Ctrl-C, or Ctrl-D on an empty line */
export function askSecret({ input, write }: Terminal, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      input.off('data', listen);
      input.setRawMode(false);
      input.pause();
      write('\n');
    };
    const listen = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') {
          finish();
          resolve(typed);
          return;
        }
        if (character === '\u0003' || (character === '\u0004' && typed === '')) {
          finish();
          reject(new BootstrapError('interrupted', 'stopped at a question'));
          return;
        }
        typed = edit(typed, character);
      }
    };
    // Before the question: whoever sees it may type at once, and nothing of that is to be shown.
    input.setRawMode(true);
    write(`${question}: `);
    input.on('data', listen);
    input.resume();
  });
}

/** Backspace takes a character away, Ctrl-U all; other control characters are no part of a secret. */
function edit(typed: string, character: string): string {
  if (character === '\u007F' || character === '\b') return Array.from(typed).slice(0, -1).join('');
  if (character === '\u0015') return '';
  return character < ' ' ? typed : typed + character;
}
