// All operations that a playbook can name.
import { addressesFree } from './addresses-free.ts';
import { arpAnswered } from './arp-answered.ts';
import { binariesAbsent } from './binaries-absent.ts';
import { binariesInstalled } from './binaries-installed.ts';
import { clusterLeft } from './cluster-left.ts';
import { controlPlaneInitialized } from './control-plane-initialized.ts';
import { deploymentsAvailable } from './deployments-available.ts';
import { externalIPsBound } from './external-ips-bound.ts';
import { externalIPsConfigured } from './external-ips-configured.ts';
import { externalIPsClaimed } from './external-ips-claimed.ts';
import { externalIPsHeld } from './external-ips-held.ts';
import { externalIPsOwned } from './external-ips-owned.ts';
import { externalIPsReleased } from './external-ips-released.ts';
import { fileAbsent } from './file-absent.ts';
import { filePresent } from './file-present.ts';
import { hostChecked } from './host-checked.ts';
import { idleConnectionsKept } from './idle-connections-kept.ts';
import { imagesAbsent } from './images-absent.ts';
import { imagesImported } from './images-imported.ts';
import { ipvsCleaned } from './ipvs-cleaned.ts';
import { ipvsVerified } from './ipvs-verified.ts';
import { keepalivedRunning } from './keepalived-running.ts';
import { kernelModulesForgotten } from './kernel-modules-forgotten.ts';
import { kernelModulesLoaded } from './kernel-modules-loaded.ts';
import { kubeProxyConfigured } from './kube-proxy-configured.ts';
import { kubeProxyRulesRemoved } from './kube-proxy-rules-removed.ts';
import { kubernetesVersionSupported } from './kubernetes-version-supported.ts';
import { deploymentsCreated, manifestsApplied, servicesCreated } from './manifests-applied.ts';
import { nodeJoined } from './node-joined.ts';
import { nodeRemoved } from './node-removed.ts';
import { nodesReady } from './nodes-ready.ts';
import type { Operation } from './operation.ts';
import { ownDirectoriesAbsent } from './own-directories-absent.ts';
import { packagesInstalled } from './packages-installed.ts';
import { podNetworkConfigured } from './pod-network-configured.ts';
import { serviceAbsent } from './service-absent.ts';
import { serviceCurrent } from './service-current.ts';
import { serviceEnabled } from './service-enabled.ts';
import { serviceRunning } from './service-running.ts';
import { servicesReady } from './services-ready.ts';
import { serviceStopped } from './service-stopped.ts';
import { servicesServed } from './services-served.ts';
import { sysctlForgotten } from './sysctl-forgotten.ts';
import { sysctlSet } from './sysctl-set.ts';
import { trafficAnswered } from './traffic-answered.ts';
import { trafficConnected } from './traffic-connected.ts';
import { virtualIPConfigured } from './virtual-ip-configured.ts';
import { virtualIPHeld } from './virtual-ip-held.ts';
import { virtualIPReleased } from './virtual-ip-released.ts';
import { virtualServersKept } from './virtual-servers-kept.ts';

/** Every operation, sorted by name. */
export const operations: readonly Operation[] = [
  addressesFree,
  arpAnswered,
  binariesAbsent,
  binariesInstalled,
  clusterLeft,
  controlPlaneInitialized,
  deploymentsAvailable,
  deploymentsCreated,
  externalIPsBound,
  externalIPsConfigured,
  externalIPsClaimed,
  externalIPsHeld,
  externalIPsOwned,
  externalIPsReleased,
  fileAbsent,
  filePresent,
  hostChecked,
  idleConnectionsKept,
  imagesAbsent,
  imagesImported,
  ipvsCleaned,
  ipvsVerified,
  keepalivedRunning,
  kernelModulesForgotten,
  kernelModulesLoaded,
  kubeProxyRulesRemoved,
  kubeProxyConfigured,
  kubernetesVersionSupported,
  manifestsApplied,
  nodeJoined,
  nodeRemoved,
  nodesReady,
  ownDirectoriesAbsent,
  packagesInstalled,
  podNetworkConfigured,
  serviceAbsent,
  serviceCurrent,
  serviceEnabled,
  serviceRunning,
  serviceStopped,
  servicesCreated,
  servicesServed,
  servicesReady,
  sysctlForgotten,
  sysctlSet,
  trafficAnswered,
  trafficConnected,
  virtualIPConfigured,
  virtualIPHeld,
  virtualIPReleased,
  virtualServersKept,
];

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
