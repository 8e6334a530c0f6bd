// A file of keepalived's configuration on a host. It may hold a password, so all of its text is secret.
import { managedMark } from '../../core/managed.ts';
import { Secret } from '../../core/secret.ts';
import type { Fact } from '../fact.ts';
import { textFile } from './file.ts';

export interface KeepalivedConfiguration {
  /** Octal permission bits. */
  readonly mode: number;
  readonly text: Secret;
  readonly hasBackup: boolean;
  /** Whether this program wrote it. */
  readonly isOurs: boolean;
  /** The VRRP password of a file of ours. */
  readonly password: Secret | null;
}

/** `null` when there is none. */
export const keepalivedConfiguration: Fact<KeepalivedConfiguration | null, { readonly path: string }> = {
  name: 'keepalived.configuration',
  scope: 'host',
  probe: ({ path }) => textFile.probe({ path }),
  parse(output, { path }) {
    const found = textFile.parse(output, { path });
    if (found === null) return null;
    const { text, mode, hasBackup } = found;
    const isOurs = text.startsWith(`${managedMark}\n`);
    const password = isOurs ? /^\s*auth_pass (\S+)$/m.exec(text)?.[1] : undefined;
    return {
      mode,
      hasBackup,
      isOurs,
      text: new Secret(text, 'keepalived.conf'),
      password: password === undefined ? null : new Secret(password, 'VRRP password'),
    };
  },
};
