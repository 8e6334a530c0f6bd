// Host selectors of tasks: a group by role, the controller, or one host by name.

/** What selecting needs to know of a host. */
export interface TargetHost {
  readonly name: string;
  readonly roles: readonly string[];
}

/** The machine on which the tool runs, as a host. */
export const controllerName = 'controller';

const groups: Readonly<Record<string, (hosts: readonly TargetHost[]) => readonly TargetHost[]>> = {
  all: (hosts) => hosts,
  'control-planes': (hosts) => controlPlanes(hosts),
  'first-control-plane': (hosts) => controlPlanes(hosts).slice(0, 1),
  'other-control-planes': (hosts) => controlPlanes(hosts).slice(1),
  workers: (hosts) => hosts.filter(({ roles }) => !roles.includes('control-plane')),
  [controllerName]: () => [{ name: controllerName, roles: [] }],
};

/** Names that selectors give a meaning to. */
export const groupNames: readonly string[] = Object.keys(groups);

/** The selected hosts in inventory order, or undefined for a selector that means nothing. */
export function selectHosts(selector: string, hosts: readonly TargetHost[]): readonly string[] | undefined {
  if (Object.hasOwn(groups, selector)) return groups[selector]?.(hosts).map(({ name }) => name);
  return hosts.some(({ name }) => name === selector) ? [selector] : undefined;
}

function controlPlanes(hosts: readonly TargetHost[]): readonly TargetHost[] {
  return hosts.filter(({ roles }) => roles.includes('control-plane'));
}
