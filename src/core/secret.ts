// A value that must never be shown: passwords, tokens, keys and documents that contain them.
import { inspect } from 'node:util';

/** What is shown in the place of a secret. */
export const mask = '********';

/**
 * A text with other words for the logins in its URLs, such as https://user:password@host; users may be tokens, too. A
 * password ends at the last "@", as people forget to encode it.
 */
export function hideLogins(text: string, shown: (login: string) => string = () => mask): string {
  return text.replace(
    /(:\/\/)([^\s/:@"']*:[^\s"']*|[^\s/@"']+)(?=@)/g,
    (_match, head: string, login: string) => head + shown(login),
  );
}

/** Holds a secret text. Everything that prints, joins or serialises it gets a mask; only `reveal` gives it away. */
export class Secret {
  readonly #value: string;
  /** What it is, for plans and diffs: "bootstrap token". Never part of the value. */
  readonly label: string;

  constructor(value: string, label: string) {
    this.#value = value;
    this.label = label;
  }

  /** The secret itself. Call it only where the bytes leave for their destination. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return `Secret(${this.label})`;
  }
}

/** Text that may be shown, or a secret. */
export type Content = string | Secret;

/** The bytes to send: reveals a secret. */
export function contentBytes(content: Content): Buffer {
  return Buffer.from(typeof content === 'string' ? content : content.reveal(), 'utf8');
}

/** Replaces every known secret value in texts that leave the program: logs, events, errors. */
export class Redactor {
  readonly #values = new Set<string>();
  #ordered: readonly string[] = [];

  /**
   * Remembers a secret's value, and its base64 as Kubernetes shows it. Values of fewer than 4 characters are ignored:
   * they would mask ordinary text.
   */
  add(secret: Secret): void {
    const value = secret.reveal();
    if (value.length < 4 || this.#values.has(value)) return;
    this.#values.add(value).add(Buffer.from(value).toString('base64'));
    // The longest first: of a secret that begins like another one nothing must be left.
    this.#ordered = [...this.#values].sort((first, second) => second.length - first.length);
  }

  redact(text: string): string {
    let clean = text;
    for (const value of this.#ordered) clean = clean.replaceAll(value, mask);
    return clean;
  }

  /** Likewise for every text in plain data; what has its own form in JSON, such as a Secret, gets that. */
  redactData(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (Array.isArray(value)) return value.map((item) => this.redactData(item));
    if (typeof value !== 'object' || value === null) return value;
    if ('toJSON' in value && typeof value.toJSON === 'function') return (value.toJSON as () => unknown)();
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.redactData(item)]));
  }
}
