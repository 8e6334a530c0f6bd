// Where the lab keeps its files: what can be built again goes under the cache, what is running under the state.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const application = 'ipvs-bootstrap';

/** $XDG_CACHE_HOME/ipvs-bootstrap, or ~/.cache/ipvs-bootstrap. Deleting it costs only time. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return join(baseDirectory(environment['XDG_CACHE_HOME'], '.cache'), application);
}

/** $XDG_STATE_HOME/ipvs-bootstrap/lab/NAME, or the same under ~/.local/state: one directory per running lab. */
export function labStateDirectory(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  return join(baseDirectory(environment['XDG_STATE_HOME'], '.local/state'), application, 'lab', name);
}

/** The XDG base directory specification says that a relative path is to be ignored. */
function baseDirectory(configured: string | undefined, underHome: string): string {
  if (configured !== undefined && isAbsolute(configured)) return configured;
  return join(homedir(), underHome);
}
