// DNS messages as bytes (RFC 1035): what was asked, and what an answer says.
import { canonicalIp } from '../../core/ip.ts';

export interface DnsQuestion {
  /** Without the dot at its end. */
  readonly name: string;
  readonly type: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  /** It did not fit into one packet: the rest is to be had by TCP. */
  readonly isTruncated: boolean;
  /** `NOERROR`, `NXDOMAIN`; `RCODE 23` for one without a name here. */
  readonly status: string;
  readonly question: DnsQuestion | null;
  /** The addresses in the answer's A and AAAA records. */
  readonly addresses: readonly string[];
}

export const recordTypes = { A: 1, AAAA: 28 } as const;

const statuses = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** Undefined for what is no DNS message: cut short, or with names that lead nowhere. */
export function parseDnsMessage(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return new Reader(bytes).message();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Every read outside of the message throws a RangeError. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(): DnsMessage {
    const [id, flags, questions, answers] = [this.#number(), this.#number(), this.#number(), this.#number()];
    this.#take(4);
    const [question = null] = times(questions, () => this.#question());
    // The records behind the end of a packet that was cut off are not there.
    const isTruncated = (flags & 0x0200) !== 0;
    const addresses = isTruncated ? [] : times(answers, () => this.#address());
    const status = flags & 0x000f;
    return {
      id,
      isResponse: (flags & 0x8000) !== 0,
      isTruncated,
      status: statuses[status] ?? `RCODE ${status}`,
      question,
      addresses: addresses.filter((address) => address !== undefined),
    };
  }

  #question(): DnsQuestion {
    const name = this.#name();
    const type = this.#number();
    this.#take(2);
    return { name, type };
  }

  /** Of one record; undefined where it is of another type. */
  #address(): string | undefined {
    this.#name();
    const type = this.#number();
    this.#take(6);
    const data = this.#take(this.#number());
    if (type === recordTypes.A && data.length === 4) return data.join('.');
    if (type !== recordTypes.AAAA || data.length !== 16) return undefined;
    const groups = times(8, (index) =>
      ((data[2 * index] ?? 0) * 256 + (data[2 * index + 1] ?? 0)).toString(16),
    );
    return canonicalIp(groups.join(':'));
  }

  /** A name may end in a pointer to where its rest stands; one that does not lead back would never end. */
  #name(): string {
    const labels: string[] = [];
    let before = this.#at;
    let after: number | undefined;
    for (;;) {
      const length = this.#byte();
      if (length === 0) break;
      if (length < 64) {
        labels.push(String.fromCharCode(...this.#take(length)));
        continue;
      }
      if (length < 192) throw new RangeError('a label of an unknown kind');
      const target = (length - 192) * 256 + this.#byte();
      if (target >= before) throw new RangeError('a pointer that does not lead back');
      after ??= this.#at;
      this.#at = before = target;
    }
    this.#at = after ?? this.#at;
    return labels.join('.');
  }

  #byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  #number(): number {
    const value = this.#view.getUint16(this.#at);
    this.#at += 2;
    return value;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the message ends before that');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
