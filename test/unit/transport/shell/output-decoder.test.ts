// Any output, cut into any chunks, comes out as it went in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputDecoder, type OutputEvent } from '../../../../src/transport/shell/output-decoder.ts';

const marker = '~0123456789abcdef0123456789abcdef';

interface Answer {
  readonly output: Buffer;
  readonly exitCode: number;
  readonly noiseAfter: Buffer;
}

function encode(hello: Buffer, answers: readonly Answer[]): Buffer {
  const parts = answers.flatMap(({ output, exitCode, noiseAfter }, index) => [
    Buffer.from(`${marker}begin:${index};`),
    output,
    Buffer.from(`${marker}end:${index}:${exitCode};`),
    noiseAfter,
  ]);
  return Buffer.concat([hello, Buffer.from(`${marker}hello:42;`), ...parts]);
}

function decode(bytes: Buffer, cuts: readonly number[]): readonly OutputEvent[] {
  const decoder = new OutputDecoder(marker);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).flatMap((end, index) => decoder.push(bytes.subarray(places[index], end)));
}

function collected(events: readonly OutputEvent[], type: 'output' | 'noise', id?: number): Buffer {
  return Buffer.concat(
    events.flatMap((event) => {
      if (event.type === 'output') return type === 'output' && event.id === id ? [event.bytes] : [];
      return event.type === 'noise' && type === 'noise' ? [event.bytes] : [];
    }),
  );
}

// Bytes, and pieces of the marker, which are the hard case.
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.nat(marker.length - 1).map((length) => Buffer.from(marker.slice(0, length))),
  fc.constantFrom(';', '\n', 'end:0:0;', 'é', '').map((text) => Buffer.from(text)),
);
const output = fc
  .array(piece, { maxLength: 8 })
  .map((pieces) => Buffer.concat(pieces))
  .filter((bytes) => !bytes.includes(marker));
const answer = fc.record({ output, exitCode: fc.nat(255), noiseAfter: output });

describe('OutputDecoder', () => {
  it('gives back every output, exit code and noise, however the stream is cut', () => {
    fc.assert(
      fc.property(
        output,
        fc.array(answer, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (hello, answers, cuts) => {
          const events = decode(encode(hello, answers), cuts);
          expect(events.filter((event) => event.type === 'hello')).toEqual([{ type: 'hello', pid: 42 }]);
          for (const [id, { output: sent, exitCode }] of answers.entries()) {
            expect(collected(events, 'output', id).equals(sent)).toBe(true);
            expect(events).toContainEqual({ type: 'end', id, exitCode });
          }
          const noise = Buffer.concat([hello, ...answers.map(({ noiseAfter }) => noiseAfter)]);
          expect(
            noise.subarray(0, collected(events, 'noise').length).equals(collected(events, 'noise')),
          ).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('decodes one byte at a time', () => {
    const bytes = encode(Buffer.from('Welcome\n'), [
      { output: Buffer.from('é\0x'), exitCode: 3, noiseAfter: Buffer.alloc(0) },
    ]);
    const events = decode(
      bytes,
      Array.from({ length: bytes.length }, (_, index) => index),
    );
    expect(collected(events, 'noise').toString()).toBe('Welcome\n');
    expect(collected(events, 'output', 0).toString()).toBe('é\0x');
    expect(events.at(-1)).toEqual({ type: 'end', id: 0, exitCode: 3 });
  });

  it('passes output on at once and holds back only what may be a marker', () => {
    const decoder = new OutputDecoder(marker);
    decoder.push(Buffer.from(`${marker}begin:7;`));
    expect(decoder.push(Buffer.from('abc'))).toEqual([{ type: 'output', id: 7, bytes: Buffer.from('abc') }]);
    expect(decoder.push(Buffer.from(`d${marker.slice(0, 5)}`))).toEqual([
      { type: 'output', id: 7, bytes: Buffer.from('d') },
    ]);
    expect(decoder.push(Buffer.from('x'))).toEqual([
      { type: 'output', id: 7, bytes: Buffer.from(`${marker.slice(0, 5)}x`) },
    ]);
  });
});
