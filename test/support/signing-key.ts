// A key of GnuPG's in a directory of its own, for repositories that a test signs.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export interface SigningKey {
  /** 40 hexadecimal digits. */
  readonly fingerprint: string;
  /** The public key, armored. */
  readonly armored: string;
  /** A text with a signature around it, as InRelease has it. */
  sign(text: string): string;
  /** Ends the agent that holds it. */
  close(): void;
}

export interface KeyWishes {
  /** As gpg writes it: `1y`, `never`. */
  readonly lifetime?: string;
  /** When it was made, as gpg writes it: `20200101T000000`. */
  readonly made?: string;
}

/** Makes one; the directory must be nobody else's. */
export function makeSigningKey(directory: string, { lifetime = '1y', made }: KeyWishes = {}): SigningKey {
  mkdirSync(directory, { mode: 0o700 });
  const time = made === undefined ? [] : ['--faked-system-time', made];
  const gpg = (args: readonly string[], input = '') =>
    execFileSync('gpg', ['--homedir', directory, '--batch', '--quiet', ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  const name = 'Packages of a test <packages@example.org>';
  gpg([...time, '--passphrase', '', '--quick-generate-key', name, 'rsa2048', 'sign', lifetime]);
  const [, fingerprint = ''] = /^fpr:+([0-9A-F]{40}):/m.exec(gpg(['--with-colons', '--list-keys'])) ?? [];
  return {
    fingerprint,
    armored: gpg(['--armor', '--export', fingerprint]),
    sign: (text) => gpg(['--passphrase', '', '--pinentry-mode', 'loopback', '--clearsign'], text),
    close: () => execFileSync('gpgconf', ['--homedir', directory, '--kill', 'all']),
  };
}
