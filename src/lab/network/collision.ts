// Whether a lab's subnet would take addresses away from what the machine is connected to already.
import { parseCidr, parseRange, rangesOverlap } from '../../core/ip.ts';
import { runProgram } from '../../local/programs/program.ts';
import type { Route } from './ip-json.ts';

/** All routes of the machine, connected networks and its own addresses among them. */
export async function machineRoutes(signal?: AbortSignal): Promise<readonly Route[]> {
  const { parseRoutes } = await import('./ip-json.ts');
  const ofFamily = async (family: string) =>
    parseRoutes(await runProgram('ip', ['-json', family, 'route', 'show', 'table', 'all'], { signal }));
  return (await Promise.all(['-4', '-6'].map(ofFamily))).flat();
}

/** The first route that shares an address with `subnet`, apart from default routes and those of `ownInterface`. */
export function collidingRoute(
  subnet: string,
  machine: readonly Route[],
  ownInterface: string,
): Route | undefined {
  const wanted = parseCidr(subnet);
  if (wanted === undefined) return undefined;
  return machine.find(({ dst, dev }) => {
    const range = parseRange(dst);
    if (range === undefined || dst === '0.0.0.0/0' || dst === '::/0' || dev === ownInterface) return false;
    return rangesOverlap(range, wanted);
  });
}
