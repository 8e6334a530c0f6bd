// What kube-proxy does in IPVS mode, by its version. One table; the sources are upstream's own code and changes.

/** Version of kube-proxy. */
export interface ProxyVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export interface ProxyRules {
  /** External and load-balancer addresses are put on kube-ipvs0; before 1.11 somebody else must bind them. */
  readonly bindsExternalAddresses: boolean;
  /** … but not those that another interface of the node already has (1.27.2). */
  readonly sparesAddressesBoundElsewhere: boolean;
  /**
   * Where node ports listen. `eth`: addresses of interfaces named eth…; `local-routes`: source addresses of the local
   * routing table, so secondary addresses are left out; `interfaces`: all addresses of all interfaces but kube-ipvs0.
   */
  readonly nodePortSource: 'eth' | 'local-routes' | 'interfaces';
  /** Node ports listen on 127.0.0.1 and ::1 too (until 1.21), where they never worked. */
  readonly nodePortsOnLoopback: boolean;
  /** … on IPv6 addresses too (1.14). */
  readonly nodePortsOnIPv6: boolean;
  /** Node ports spare addresses that are also on kube-ipvs0 (1.10, 1.11, and 1.23 to 1.27.1). */
  readonly nodePortsSpareBoundAddresses: boolean;
  /** With a Local traffic policy and no endpoint on the node, all endpoints are used (1.24). */
  readonly localPolicyFallsBack: boolean;
  /** externalTrafficPolicy counts for cluster IPs too (to 1.9). */
  readonly obeysExternalPolicyOnClusterIPs: boolean;
  /** … for external IPs (to 1.10, and again from 1.19). */
  readonly obeysPolicyOnExternalIPs: boolean;
  /** … for load balancers (always, but 1.11 to 1.13 only with ClientIP affinity). */
  readonly obeysPolicyOnLoadBalancers: 'always' | 'with-affinity';
  /** … for node ports (to 1.10, and again from 1.11.4). */
  readonly obeysPolicyOnNodePorts: boolean;
  /**
   * internalTrafficPolicy is obeyed (1.22). `everywhere`: by all virtual servers of the Service, unless its
   * externalTrafficPolicy is Local, which then alone counts (to 1.23).
   */
  readonly obeysInternalPolicy: 'no' | 'everywhere' | 'on-cluster-ips';
  /** Clients stay with one pod on cluster IPs only (1.8). */
  readonly persistsOnClusterIPsOnly: boolean;
  /** Services labelled for another proxy are left to it (1.14). */
  readonly leavesOtherProxies: boolean;
  /** Services labelled headless are left out, whatever cluster IP they have (1.16). */
  readonly obeysHeadlessLabel: boolean;
  /** An endpoint's port serves the Service's of the same name whatever protocol either has (to 1.16). */
  readonly ignoresProtocolOfEndpoints: boolean;
  /** Of endpoints with one address and several ports only one is used, by chance (1.19 to 1.21, the first with slices). */
  readonly takesOnePortPerAddress: boolean;
  /** Endpoints that still serve while they terminate are used when no other is ready (1.26). */
  readonly usesTerminatingEndpoints: boolean;
  /**
   * Endpoints meant for the node's zone are preferred: with the annotation topology-aware-hints Auto (1.24), with any
   * value but disabled, also of topology-mode (1.27), or whenever slices have hints (1.31).
   */
  readonly heedsZoneHints: 'never' | 'if-auto' | 'if-annotated' | 'always';
  /** … and before those the ones meant for the node itself (1.34). */
  readonly heedsNodeHints: boolean;
}

/** The rules of a version, newest knowledge for versions newer than it. */
export function proxyRules(version: ProxyVersion): ProxyRules {
  const since: Since = (minor, patch = 0) =>
    version.major > 1 || version.minor > minor || (version.minor === minor && version.patch >= patch);
  return { ...addressRules(since), ...policyRules(since), ...endpointRules(since) };
}

/** Whether the version is 1.MINOR.PATCH or newer. */
type Since = (minor: number, patch?: number) => boolean;

function addressRules(since: Since) {
  return {
    bindsExternalAddresses: since(11),
    sparesAddressesBoundElsewhere: since(27, 2),
    nodePortSource: since(23) ? 'interfaces' : since(10) ? 'local-routes' : 'eth',
    nodePortsOnLoopback: since(10) && !since(22),
    nodePortsOnIPv6: since(14) || !since(10),
    nodePortsSpareBoundAddresses: (since(10) && !since(12)) || (since(23) && !since(27, 2)),
  } as const;
}

function policyRules(since: Since) {
  return {
    localPolicyFallsBack: since(24),
    obeysExternalPolicyOnClusterIPs: !since(10),
    obeysPolicyOnExternalIPs: !since(11) || since(19),
    obeysPolicyOnLoadBalancers: since(11) && !since(14) ? 'with-affinity' : 'always',
    obeysPolicyOnNodePorts: !since(11) || since(11, 4),
    obeysInternalPolicy: since(24) ? 'on-cluster-ips' : since(22) ? 'everywhere' : 'no',
  } as const;
}

function endpointRules(since: Since) {
  return {
    persistsOnClusterIPsOnly: !since(9),
    leavesOtherProxies: since(14),
    obeysHeadlessLabel: since(16),
    ignoresProtocolOfEndpoints: !since(17),
    takesOnePortPerAddress: since(19) && !since(22),
    usesTerminatingEndpoints: since(26),
    heedsZoneHints: since(31) ? 'always' : since(27) ? 'if-annotated' : since(24) ? 'if-auto' : 'never',
    heedsNodeHints: since(34),
  } as const;
}
