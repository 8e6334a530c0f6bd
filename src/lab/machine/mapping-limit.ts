// How many pieces of memory one process may map. A node maps every page of its programs apart, and those of an API
// server are more than Linux allows by default: it would be killed in the middle of its work.
import { runProgram } from '../../local/programs/program.ts';

/** 65,530 by default; many distributions have this value by now. Each piece costs the machine memory only when it is used. */
export const neededMappings = 1_048_576;

/** What the machine had before the first lab. */
const record = '/run/ipvs-bootstrap-lab-max-map-count';

const raise = `
limit=$(cat /proc/sys/vm/max_map_count)
[ "$limit" -lt "$1" ] || exit 0
[ -e "$2" ] || echo "$limit" >"$2"
echo "$1" >/proc/sys/vm/max_map_count
`;

const restore = `
[ -e "$2" ] || exit 0
case $(ip netns list) in *ipvs-lab-*) exit 0 ;; esac
# Unless somebody has changed it since.
[ "$(cat /proc/sys/vm/max_map_count)" != "$1" ] || cat "$2" >/proc/sys/vm/max_map_count
rm -f "$2"
`;

/** Before a node starts. */
export async function raiseMappingLimit(signal: AbortSignal): Promise<void> {
  await runScript(raise, signal);
}

/** After a lab is gone; does nothing as long as another lab, of any user, is there. */
export async function restoreMappingLimit(): Promise<void> {
  await runScript(restore);
}

async function runScript(script: string, signal?: AbortSignal): Promise<void> {
  await runProgram('sh', ['-euc', script, 'sh', String(neededMappings), record], { asRoot: true, signal });
}
