// A key of GnuPG's in a directory of its own, for repositories that a test signs.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export interface SigningKey {
  /** 40 hexadecimal digits. */
  readonly fingerprint: string;
  /** The public key, armored. */
  readonly armored: string;
  /** GnuPG's directory of it. */
  readonly home: string;
  /** A text with a signature around it, as InRelease has it. */
  sign(text: string): string;
  /** A signature of its own for a file, which it lies beside as FILE.asc. */
  signFile(path: string): void;
  /** The same key with another end, told from now on; `made` as below. */
  renewed(lifetime: string, made?: string): SigningKey;
  /** Ends the agent that holds it. */
  close(): void;
}

export interface KeyWishes {
  /** As gpg writes it: `1y`, `never`, or a day. */
  readonly lifetime?: string;
  /** When it was made, as gpg writes it: `20200101T000000`. */
  readonly made?: string;
}

/** Makes one; the directory must be nobody else's, and its path short: gpg-agent has a socket in it. */
export function makeSigningKey(directory: string, { lifetime = '1y', made }: KeyWishes = {}): SigningKey {
  mkdirSync(directory, { mode: 0o700 });
  const name = 'Packages of a test <packages@example.org>';
  const make = ['--passphrase', '', '--quick-generate-key', name, 'rsa2048', 'sign', lifetime];
  gpg(directory, [...at(made), ...make]);
  return keyOf(directory);
}

function keyOf(home: string): SigningKey {
  const listed = gpg(home, ['--with-colons', '--list-keys']);
  const [, fingerprint = ''] = /^fpr:+([0-9A-F]{40}):/m.exec(listed) ?? [];
  const silently = ['--passphrase', '', '--pinentry-mode', 'loopback'];
  return {
    fingerprint,
    armored: gpg(home, ['--armor', '--export', fingerprint]),
    home,
    sign: (text) => gpg(home, [...silently, '--clearsign'], text),
    signFile: (path) => {
      gpg(home, [...silently, '--yes', '--armor', '--detach-sign', path]);
    },
    renewed(lifetime, made) {
      gpg(home, [...at(made), ...silently, '--quick-set-expire', fingerprint, lifetime]);
      return keyOf(home);
    },
    close: () => execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']),
  };
}

function at(time: string | undefined): readonly string[] {
  return time === undefined ? [] : ['--faked-system-time', time];
}

function gpg(home: string, args: readonly string[], input = ''): string {
  return execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}
