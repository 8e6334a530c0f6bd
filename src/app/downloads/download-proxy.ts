// The proxy of an inventory with all that hosts need of it: its password is read or asked for.
import { BootstrapError } from '../../core/errors.ts';
import type { LoadedInventory } from '../../inventory/load.ts';
import type { DownloadSettings } from '../../inventory/resolve-downloads.ts';
import type { SecretReader } from '../../transport/login/secret-reader.ts';
import { readLogin, type Login } from './read-login.ts';

/** The `downloads` of playbook expressions. */
export interface Downloads extends Pick<DownloadSettings, 'proxy' | 'noProxy'> {
  readonly login: Login | null;
}

/** A password is read for nobody who does not send it to a host. */
export interface DownloadProxy {
  /**
   * Null without a proxy.
   * @throws BootstrapError `connect.secret` at its line of the inventory, or `interrupted`
   */
  read(secrets: SecretReader | undefined): Promise<Downloads | null>;
}

export function downloadProxyOf(
  { placeOf, excerptOf }: LoadedInventory,
  settings: DownloadSettings | undefined,
): DownloadProxy {
  return {
    read: async (secrets) => {
      if (settings === undefined) return null;
      const { proxy, noProxy, login } = settings;
      if (login === undefined) return { proxy, noProxy, login: null };
      try {
        const place = `the proxy ${proxy.replace('http://', '')}`;
        return { proxy, noProxy, login: await readLogin(place, login, secrets) };
      } catch (error) {
        if (!(error instanceof BootstrapError) || error.code === 'interrupted') throw error;
        const path = ['cluster', 'downloads', 'login'];
        throw error.with({ where: placeOf(path), detail: error.detail ?? excerptOf(path) });
      }
    },
  };
}
