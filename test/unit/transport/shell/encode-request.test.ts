// Requests as the resident loop reads them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHead, encodeRequest } from '../../../../src/transport/shell/encode-request.ts';

describe('encodeRequest', () => {
  it('announces lines and bytes, and closes the bytes', () => {
    const stdin = Buffer.from('a\0b');
    expect(encodeRequest(7, 'cat\nwc', stdin).toString()).toBe('7 2 3\ncat\nwc\na\0b.\n');
  });

  it('sends nothing behind a command without stdin', () => {
    expect(encodeRequest(1, 'true', Buffer.alloc(0)).toString()).toBe('1 1 0\ntrue\n');
  });

  it('marks a request that depends on the one before', () => {
    expect(encodeRequest(2, 'true', Buffer.alloc(0), true).toString()).toBe('2 1 0 1\ntrue\n');
  });

  it('refuses a NUL byte in a command', () => {
    expect(() => encodeHead(1, 'a\0b', 0)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('can be read back whatever the command is', () => {
    const command = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(command, fc.nat(), fc.nat(), (text, id, length) => {
        const [header = '', ...lines] = encodeHead(id, text, length).toString('utf8').split('\n');
        const [sentId, count, bytes] = header.split(' ').map(Number);
        expect([sentId, bytes]).toEqual([id, length]);
        expect(lines.slice(0, count).join('\n')).toBe(text);
        expect(lines.slice(count)).toEqual(['']);
      }),
    );
  });
});
