// The files of the built-in pod network: CNI configuration, script of routes, what watches over them, unit.
import { BootstrapError } from '../../core/errors.ts';
import { isIpv6, parseCidr, parseIp } from '../../core/ip.ts';
import {
  cniConfiguration,
  podNetworkPaths,
  podNetworkUnit,
  routeProtocol,
  type MasqueradeRule,
  type PodRoute,
} from '../../kube/pod-network.ts';
import { renderTemplate } from '../../render/template.ts';
import type { WantedTextFile } from '../files/text-file-steps.ts';

export interface PodNetworkFiles {
  readonly cni: WantedTextFile;
  readonly script: WantedTextFile;
  readonly watch: WantedTextFile;
  readonly unit: WantedTextFile;
}

/**
 * @throws BootstrapError `facts.unreadable` when the API gives something else for a node's network or address: it would
 *   become part of a shell script.
 */
export function podNetworkFiles(
  podCIDRs: readonly string[],
  routes: readonly PodRoute[],
  masquerade: readonly MasqueradeRule[],
): PodNetworkFiles {
  for (const { network, gateway } of routes) {
    if (parseCidr(network) === undefined || parseIp(gateway) === undefined) {
      throw new BootstrapError(
        'facts.unreadable',
        `the API names "${network}" at "${gateway}" as a pod network`,
      );
    }
  }
  const { cni, script, watch, unit } = podNetworkPaths;
  const variables = {
    protocol: routeProtocol,
    routes: routes.map((route) => ({ ...route, family: isIpv6(route.network) ? '-6' : '-4' })),
    masquerade,
  };
  return {
    cni: { path: cni, content: cniConfiguration(podCIDRs), exclusive: true },
    script: { path: script, content: renderTemplate('pod-routes.sh', variables), exclusive: true },
    watch: {
      path: watch,
      content: renderTemplate('watch-pod-routes.sh', { script, protocol: routeProtocol }),
      exclusive: true,
    },
    unit: { path: unit, content: renderTemplate(podNetworkUnit, { script, watch }), exclusive: true },
  };
}
