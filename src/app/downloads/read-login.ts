// A login of the inventory with its password, read or asked for when it is needed.
import { BootstrapError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import type { LoginSite } from '../../download/connections.ts';
import type { LoginSettings } from '../../inventory/resolve-secret.ts';
import type { PackageSource, ProgramSource } from '../../inventory/resolve.ts';
import type { SecretReader } from '../../transport/login/secret-reader.ts';

export interface Login {
  readonly user: string;
  readonly password: Secret;
}

/**
 * @param place what it is for: a host, or "the proxy HOST:PORT"
 * @throws BootstrapError `connect.secret` when the password is not to be had
 */
export async function readLogin(
  place: string,
  { user, password }: LoginSettings,
  secrets: SecretReader | undefined,
): Promise<Login> {
  if (secrets === undefined) throw new BootstrapError('internal', 'nobody can read secrets here');
  return { user, password: await secrets.read(password, `password of ${user} for ${place}`) };
}

/** The site of programs or packages, with its login where it wants one. @throws as `readLogin` */
export async function siteLogin(
  { kind, site, login }: PackageSource | ProgramSource,
  secrets: SecretReader | undefined,
): Promise<LoginSite & { readonly login?: Login }> {
  const known = { url: site, setting: `cluster.kubernetes.source.${kind}.login` };
  if (login === undefined) return known;
  return { ...known, login: await readLogin(new URL(site).host, login, secrets) };
}
