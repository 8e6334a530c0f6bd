// All rules across the fields of an inventory, and how their findings become errors and warnings.
import type { BootstrapError } from '../../core/errors.ts';
import type { Source } from '../../source/source.ts';
import * as binding from './binding.ts';
import * as excluded from './excluded.ts';
import * as externalIPs from './external-ips.ts';
import * as families from './families.ts';
import type { Finding, Rule } from './finding.ts';
import * as hosts from './hosts.ts';
import * as networks from './networks.ts';
import type { Outline } from './outline.ts';
import * as pool from './pool.ts';
import * as registries from './registries.ts';
import * as sources from './sources.ts';
import * as versions from './versions.ts';
import * as workloads from './workloads.ts';

const rules: readonly Rule[] = [
  versions.versionRange,
  versions.kubeProxySettings,
  versions.externalIPsDeprecated,
  versions.keptSwap,
  sources.imagesOfBundle,
  sources.packagesAreServed,
  sources.programsHaveChecksums,
  sources.loginsStayHere,
  sources.runtimeSuitsKubernetes,
  sources.architecturesAgree,
  sources.runtimeVersionsAreUsed,
  registries.registryNames,
  registries.mirrorsAreOthers,
  registries.onlyMirrorsNeedMirrors,
  registries.loginHasOneHost,
  registries.whatIsSaidIsUsed,
  hosts.hostNames,
  hosts.hostAddresses,
  hosts.hostRoles,
  hosts.controlPlaneCount,
  hosts.sharedAddress,
  hosts.workerCount,
  networks.usableAddresses,
  families.families,
  networks.networksApart,
  networks.networkSizes,
  networks.hostsOutsideNetworks,
  networks.vipIsFree,
  pool.poolEntriesApart,
  pool.poolOutsideNetworks,
  pool.poolWithoutMachines,
  excluded.excludedAreOthers,
  externalIPs.externalIPs,
  externalIPs.externalIPsOfOneNamespace,
  externalIPs.externalPorts,
  binding.oldVersionsDoNotBind,
  binding.externalIPsAreAnswered,
  binding.boundAddressesAreFew,
  workloads.namespaces,
  workloads.workloadNames,
  workloads.servicesHavePods,
  workloads.probesFit,
];

/** Everything the rules find; at most `limit` findings. */
export function findProblems(outline: Outline, limit: number): Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    for (const found of rule(outline)) {
      if (findings.length >= limit) return findings;
      findings.push(found);
    }
  }
  return findings;
}

/** A finding with its position and the lines of both sides. */
export function findingError(source: Source, finding: Finding): BootstrapError {
  return source.error('inventory.invalid', finding);
}
