// All operations that a playbook can name.
import { clusterDnsReady } from './api-objects/cluster-dns-ready.ts';
import { deploymentsAvailable } from './api-objects/deployments-available.ts';
import { deploymentsCreated, manifestsApplied, servicesCreated } from './api-objects/manifests-applied.ts';
import { nodeRemoved } from './api-objects/node-removed.ts';
import { nodesReady } from './api-objects/nodes-ready.ts';
import { servicesReady } from './api-objects/services-ready.ts';
import { ipvsCleaned } from './cluster-network/ipvs-cleaned.ts';
import { kubeProxyConfigured } from './cluster-network/kube-proxy-configured.ts';
import { kubeProxyRulesRemoved } from './cluster-network/kube-proxy-rules-removed.ts';
import { podNetworkApplied } from './cluster-network/pod-network-applied.ts';
import { podNetworkConfigured } from './cluster-network/pod-network-configured.ts';
import { podNetworkFound } from './cluster-network/pod-network-found.ts';
import { podNetworkPrepared } from './cluster-network/pod-network-prepared.ts';
import { podNetworkRemoved } from './cluster-network/pod-network-removed.ts';
import { podRulesRemoved } from './cluster-network/pod-rules-removed.ts';
import { podRulesSet } from './cluster-network/pod-rules-set.ts';
import { downloadProxyConfigured } from './downloads/download-proxy-configured.ts';
import { externalIPsBound } from './external-ips/external-ips-bound.ts';
import { externalIPsConfigured } from './external-ips/external-ips-configured.ts';
import { externalIPsHeld } from './external-ips/external-ips-held.ts';
import { externalIPsReleased } from './external-ips/external-ips-released.ts';
import { fileAbsent } from './files/file-absent.ts';
import { filePresent } from './files/file-present.ts';
import { ownDirectoriesAbsent } from './files/own-directories-absent.ts';
import { firewallOpen } from './firewall/firewall-open.ts';
import { portsClosed } from './firewall/ports-closed.ts';
import { portsOpened } from './firewall/ports-opened.ts';
import { portsReached } from './firewall/ports-reached.ts';
import { keepalivedRunning } from './keepalived/keepalived-running.ts';
import { kernelModulesForgotten } from './kernel/kernel-modules-forgotten.ts';
import { kernelModulesLoaded } from './kernel/kernel-modules-loaded.ts';
import { routerAdvertisementsAccepted } from './kernel/router-advertisements-accepted.ts';
import { swapDisabled } from './kernel/swap-disabled.ts';
import { swapRestored } from './kernel/swap-restored.ts';
import { sysctlRestored } from './kernel/sysctl-restored.ts';
import { sysctlSet } from './kernel/sysctl-set.ts';
import { clusterLeft } from './kubeadm/cluster-left.ts';
import { controlPlaneInitialized } from './kubeadm/control-plane-initialized.ts';
import { kubeletConfigured } from './kubeadm/kubelet-configured.ts';
import { nodeJoined } from './kubeadm/node-joined.ts';
import type { Operation } from './operation.ts';
import { addressesFree } from './preflight/addresses-free.ts';
import { clocksAgree } from './preflight/clocks-agree.ts';
import { endpointFound } from './preflight/endpoint-found.ts';
import { hostChecked } from './preflight/host-checked.ts';
import { idleConnectionsKept } from './preflight/idle-connections-kept.ts';
import { leftOversAbsent } from './preflight/left-overs-absent.ts';
import { kubernetesVersionSupported } from './preflight/kubernetes-version-supported.ts';
import { resolverChecked } from './preflight/resolver-checked.ts';
import { virtualServersKept } from './preflight/virtual-servers-kept.ts';
import { runtimeAbsent } from './runtime/runtime-absent.ts';
import { runtimeInstalled } from './runtime/runtime-installed.ts';
import { binariesAbsent } from './software/binaries-absent.ts';
import { binariesInstalled } from './software/binaries-installed.ts';
import { containerdConfigured } from './software/containerd-configured.ts';
import { imagesAbsent } from './software/images-absent.ts';
import { imagesImported } from './software/images-imported.ts';
import { imagesPulled } from './software/images-pulled.ts';
import { kubernetesPackagesAbsent } from './software/kubernetes-packages-absent.ts';
import { kubernetesPackagesInstalled } from './software/kubernetes-packages-installed.ts';
import { packagesInstalled } from './software/packages-installed.ts';
import { registriesConfigured } from './software/registries-configured.ts';
import { unitAbsent } from './systemd/unit-absent.ts';
import { unitCurrent } from './systemd/unit-current.ts';
import { unitEnabled } from './systemd/unit-enabled.ts';
import { unitRunning } from './systemd/unit-running.ts';
import { unitStopped } from './systemd/unit-stopped.ts';
import { clusterDnsAnswered } from './traffic/cluster-dns-answered.ts';
import { trafficAnswered } from './traffic/traffic-answered.ts';
import { trafficConnected } from './traffic/traffic-connected.ts';
import { arpAnswered } from './verify/arp-answered.ts';
import { clusterDnsServed } from './verify/cluster-dns-served.ts';
import { externalIPsClaimed } from './verify/external-ips-claimed.ts';
import { externalIPsOwned } from './verify/external-ips-owned.ts';
import { ipvsVerified } from './verify/ipvs-verified.ts';
import { podNetworkPresent } from './verify/pod-network-present.ts';
import { podNetworkRouted } from './verify/pod-network-routed.ts';
import { podRulesPresent } from './verify/pod-rules-present.ts';
import { servicesServed } from './verify/services-served.ts';
import { systemPodsRunning } from './verify/system-pods-running.ts';
import { virtualIPConfigured } from './virtual-ip/virtual-ip-configured.ts';
import { virtualIPHeld } from './virtual-ip/virtual-ip-held.ts';
import { virtualIPReleased } from './virtual-ip/virtual-ip-released.ts';

/** Every operation, sorted by name. */
export const operations: readonly Operation[] = [
  addressesFree,
  arpAnswered,
  binariesAbsent,
  binariesInstalled,
  clocksAgree,
  clusterDnsAnswered,
  clusterDnsReady,
  clusterDnsServed,
  clusterLeft,
  containerdConfigured,
  controlPlaneInitialized,
  deploymentsAvailable,
  deploymentsCreated,
  downloadProxyConfigured,
  endpointFound,
  externalIPsBound,
  externalIPsClaimed,
  externalIPsConfigured,
  externalIPsHeld,
  externalIPsOwned,
  externalIPsReleased,
  fileAbsent,
  filePresent,
  firewallOpen,
  hostChecked,
  idleConnectionsKept,
  imagesAbsent,
  imagesImported,
  imagesPulled,
  ipvsCleaned,
  ipvsVerified,
  keepalivedRunning,
  kernelModulesForgotten,
  kernelModulesLoaded,
  kubeProxyConfigured,
  kubeProxyRulesRemoved,
  kubeletConfigured,
  kubernetesPackagesAbsent,
  kubernetesPackagesInstalled,
  kubernetesVersionSupported,
  leftOversAbsent,
  manifestsApplied,
  nodeJoined,
  nodeRemoved,
  nodesReady,
  ownDirectoriesAbsent,
  packagesInstalled,
  podNetworkApplied,
  podNetworkConfigured,
  podNetworkFound,
  podNetworkPrepared,
  podNetworkPresent,
  podNetworkRouted,
  podNetworkRemoved,
  podRulesPresent,
  podRulesRemoved,
  podRulesSet,
  portsClosed,
  portsOpened,
  portsReached,
  registriesConfigured,
  runtimeAbsent,
  runtimeInstalled,
  resolverChecked,
  servicesCreated,
  servicesReady,
  servicesServed,
  routerAdvertisementsAccepted,
  swapDisabled,
  swapRestored,
  sysctlRestored,
  sysctlSet,
  systemPodsRunning,
  trafficAnswered,
  trafficConnected,
  unitAbsent,
  unitCurrent,
  unitEnabled,
  unitRunning,
  unitStopped,
  virtualIPConfigured,
  virtualIPHeld,
  virtualIPReleased,
  virtualServersKept,
];

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
