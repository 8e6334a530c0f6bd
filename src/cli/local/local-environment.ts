// Who and where the user of this machine is.
import { homedir, userInfo } from 'node:os';
import type { LocalEnvironment } from '../../inventory/local-paths.ts';

/** The user of this machine, as inventories need it. */
export function localEnvironment(): LocalEnvironment {
  return { homeDirectory: homedir(), userName: userInfo().username };
}
