// Where this program keeps files of its own, by the XDG base directory specification.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** For what can be fetched or built again. */
export function ownCache(environment: NodeJS.ProcessEnv): string {
  return own(environment['XDG_CACHE_HOME'], '.cache');
}

/** For what is remembered. */
export function ownState(environment: NodeJS.ProcessEnv): string {
  return own(environment['XDG_STATE_HOME'], '.local/state');
}

/** A relative one is to be ignored, says the specification. */
function own(configured = '', underHome: string): string {
  return join(isAbsolute(configured) ? configured : join(homedir(), underHome), 'ipvs-bootstrap');
}
