// What CNI keeps of each pod that it has connected: a file in one directory, whatever the network.
import { cmd, script, type Command } from '../core/command.ts';

/** Where libcni keeps it. */
export const cniResultsDirectory = '/var/lib/cni/results';

/**
 * A loop over the files of some networks, each as `"$result"`. libcni calls them NETWORK-CONTAINER-INTERFACE, and networks
 * whose names go on after a dash are others': so the container's 64 hexadecimal digits are looked for.
 * @param results the directory
 */
export function forEachResult(results: string, networks: readonly string[], action: Command): Command {
  return cmd`for network in ${networks}; do for result in ${results}/"$network"-*; do
  ${condition} && [ -f "$result" ] || continue
  ${action}
done; done`;
}

const condition = script(
  'container=${result##*/"$network"-} && container=${container%%-*} && [ ${#container} = 64 ] && [ -z "$(echo "$container" | tr -d 0-9a-f)" ]',
);
