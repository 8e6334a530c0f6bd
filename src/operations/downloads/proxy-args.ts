// The proxy for downloads as operations get it.
import { z } from 'zod';
import { goesDirectly } from '../../download/no-proxy.ts';
import { Secret } from '../../core/secret.ts';
import { inUrl } from '../../platform/download-proxy.ts';
import { secretArg } from '../args/scalars.ts';
import type { Step } from '../operation.ts';

/** A login at one server. */
export const loginArg = z.strictObject({
  user: z.string().regex(/^[^\s:]+$/, 'must be a login name: without ":" and blanks'),
  password: secretArg,
});

export const downloadsArg = z
  .strictObject({
    proxy: z.string().regex(/^http:\/\/(\[[0-9a-f:.]+\]|[\w.-]+):\d+$/i, 'must be http://HOST:PORT'),
    login: loginArg.nullable().default(null),
    noProxy: z.array(z.string().regex(/^[\w.:/-]+$/, 'must be a name, an address or a CIDR')).default([]),
  })
  .nullable()
  .meta({
    description:
      'The proxy and what is reached without it, as `${{ downloads }}`; nil takes back what is there of one.',
  });

export type DownloadsArg = z.output<typeof downloadsArg>;

/** The proxy on the way to a site, if there is one. */
export function proxyTo(site: string, downloads: DownloadsArg): NonNullable<DownloadsArg> | null {
  return downloads === null || goesDirectly(new URL(site), downloads.noProxy) ? null : downloads;
}

type LoginArg = z.output<typeof loginArg> | null | undefined;

/** A password in the other forms in which it stands in files and is sent, to be kept out of what is shown. */
function passwordForms(logins: readonly LoginArg[]): readonly Secret[] {
  return logins.flatMap((login) => {
    if (login === null || login === undefined) return [];
    const { user, password } = login;
    const plain = password.reveal();
    return [inUrl(plain), Buffer.from(`${user}:${plain}`).toString('base64')].map(
      (text) => new Secret(text, password.label),
    );
  });
}

/** The same steps, whose texts and answers show no such form. */
export function hidingLogins(steps: readonly Step[], logins: readonly LoginArg[]): readonly Step[] {
  const secrets = passwordForms(logins);
  return secrets.length === 0 ? steps : steps.map((step) => ({ ...step, secrets }));
}
