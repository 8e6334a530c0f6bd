import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIp } from '../../../../src/core/ip.ts';
import { parseDnsMessage } from '../../../../src/facts/network/dns-message.ts';

const u16 = (value: number): number[] => [value >> 8, value & 255];
const labels = (name: string): number[] =>
  name.split('.').flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]);
const root = [0];
const pointer = (to: number): number[] => u16(0xc000 | to);

/** The message's bytes. The first question begins at 12. */
function message({
  id = 7,
  flags = 0x8180,
  question = [...labels('kubernetes.default.svc.cluster.local'), ...root, ...u16(1), ...u16(1)],
  records = [],
}: {
  readonly id?: number;
  readonly flags?: number;
  readonly question?: readonly number[];
  readonly records?: readonly (readonly number[])[];
} = {}): Uint8Array {
  const counts = [question.length === 0 ? 0 : 1, records.length, 0, 0].flatMap(u16);
  return Uint8Array.from([...u16(id), ...u16(flags), ...counts, ...question, ...records.flat()]);
}

function record(name: readonly number[], type: number, data: readonly number[]): readonly number[] {
  return [...name, ...u16(type), ...u16(1), 0, 0, 0, 30, ...u16(data.length), ...data];
}

describe('an answer', () => {
  it('has the addresses of both families, whoever wrote them before', () => {
    const six = [0xfd, 0, 0, 0x96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const records = [record(pointer(12), 1, [10, 96, 0, 1]), record(pointer(12), 28, six)];
    expect(parseDnsMessage(message({ records }))).toEqual({
      id: 7,
      isResponse: true,
      isTruncated: false,
      status: 'NOERROR',
      question: { name: 'kubernetes.default.svc.cluster.local', type: 1 },
      addresses: ['10.96.0.1', canonicalIp('fd00:96::1')],
    });
  });

  it('may come by way of another name, which may be written in parts', () => {
    // "svc" of the question begins behind 12, 1+10 and 1+7 bytes.
    const alias = [...labels('other'), ...pointer(12 + 11 + 8)];
    const records = [record(pointer(12), 5, alias), record(alias, 1, [10, 96, 0, 1])];
    expect(parseDnsMessage(message({ records }))?.addresses).toEqual(['10.96.0.1']);
  });

  it.each([
    [0, 'NOERROR'],
    [2, 'SERVFAIL'],
    [3, 'NXDOMAIN'],
    [5, 'REFUSED'],
    [9, 'RCODE 9'],
  ])('says how it went: %i', (code, status) => {
    expect(parseDnsMessage(message({ flags: 0x8180 | code }))?.status).toBe(status);
  });

  it('says that it was cut off, and then has no addresses', () => {
    const whole = message({ flags: 0x8380, records: [record(pointer(12), 1, [10, 96, 0, 1])] });
    expect(parseDnsMessage(whole)).toMatchObject({ isTruncated: true, addresses: [] });
    expect(parseDnsMessage(whole.subarray(0, -16))).toMatchObject({ isTruncated: true, addresses: [] });
  });

  it('need not repeat the question', () => {
    expect(parseDnsMessage(message({ question: [], flags: 0x8181 }))).toMatchObject({
      question: null,
      status: 'FORMERR',
    });
  });

  it('is no question', () => {
    expect(parseDnsMessage(message({ flags: 0x0100 }))?.isResponse).toBe(false);
  });

  it('leaves out addresses of a wrong length', () => {
    const records = [record(pointer(12), 1, [10, 96, 0]), record(pointer(12), 28, [10, 96, 0, 1])];
    expect(parseDnsMessage(message({ records }))?.addresses).toEqual([]);
  });
});

describe('no DNS message', () => {
  it.each([
    ['nothing', []],
    ['a few bytes', [1, 2, 3]],
    ['a name that points at itself', message({ question: [...pointer(12), ...u16(1), ...u16(1)] })],
    ['a name that points forward', message({ question: [...pointer(40), ...u16(1), ...u16(1)] })],
    ['a name that points past the end', message({ records: [record(pointer(9999), 1, [10, 96, 0, 1])] })],
    ['a label of an unknown kind', message({ question: [0x80, 1, ...root, ...u16(1), ...u16(1)] })],
  ])('is %s', (_case, bytes) => {
    expect(parseDnsMessage(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('is one that ends too soon, wherever', () => {
    const whole = message({ records: [record(pointer(12), 1, [10, 96, 0, 1])] });
    for (let length = 0; length < whole.length; length++) {
      expect(parseDnsMessage(whole.subarray(0, length)), String(length)).toBeUndefined();
    }
  });
});

const label = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '0', '9', '-'), minLength: 1, maxLength: 63 });
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

it('reads whatever name was asked for, and whatever addresses came, however names are written', () => {
  const address = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 })));
  fc.assert(
    fc.property(name, fc.array(fc.tuple(address, fc.boolean()), { maxLength: 6 }), (asked, answers) => {
      const written = [...labels(asked), ...root];
      const records = answers.map(([data, isShort]) => record(isShort ? pointer(12) : written, 1, data));
      const read = parseDnsMessage(message({ question: [...written, ...u16(1), ...u16(1)], records }));
      expect(read?.question).toEqual({ name: asked, type: 1 });
      expect(read?.addresses).toEqual(answers.map(([data]) => data.join('.')));
    }),
  );
});

it('takes any bytes without an error and without end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 40 }), (noise, more) => {
      parseDnsMessage(noise);
      const answers = message({ records: [[...more]] });
      const read = parseDnsMessage(answers);
      if (read !== undefined) expect(read.question?.name).toBe('kubernetes.default.svc.cluster.local');
    }),
    { numRuns: 1000 },
  );
});
