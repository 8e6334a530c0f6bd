// A new SSH key pair that OpenSSH can read.
import ssh2 from 'ssh2';

export interface KeyPair {
  /** In OpenSSH's formats. */
  readonly private: string;
  readonly public: string;
}

/**
 * Of the pairs that ssh2 1.17 makes, one in 200 can be read by nobody: it drops zeros at the beginning of a key. So
 * pairs are made until one can be read.
 */
export function generateKeyPair(comment: string): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    const halves = [pair.private, pair.public].map((half) => ssh2.utils.parseKey(half));
    if (!halves.some((half) => half instanceof Error)) return pair;
  }
}
