// Why kube-proxy and the cluster's DNS do not run.
import { logText, type Cause } from '../cause.ts';

const proxy = /kube-proxy/;
const dns = /dns/;

export const addonCauses: readonly Cause[] = [
  {
    id: 'kube-proxy.no-program',
    certainty: 'sure',
    sources: [...logText, 'pod'],
    of: proxy,
    pattern:
      /exec: "(iptables|ip6tables|iptables-\w+|ip6tables-\w+|conntrack|ipset|modprobe|kmod)": executable file not found in \$PATH|(iptables) is not available on this host : .*executable file not found in \$PATH/,
    says: 'the image of kube-proxy lacks the program $1$2, without which it does not work',
    hint: 'Use an image of kube-proxy with it, such as the official one of this version (registry.k8s.io/kube-proxy).',
    isFatal: true,
    origin: 'kubernetes cmd/kube-proxy/app/server_linux.go; k8s.io/utils/exec',
  },
  {
    id: 'kube-proxy.iptables',
    certainty: 'sure',
    sources: logText,
    of: proxy,
    pattern: /iptables is not available on this host : (?!.*executable file not found)(.*)/,
    says: 'kube-proxy on {host} cannot use iptables: $1',
    hint: 'See that the kernel there has its tables (modprobe iptable_nat, or nf_tables), and that image and host use the same kind.',
    origin: 'kubernetes cmd/kube-proxy/app/server_linux.go',
  },
  {
    id: 'kube-proxy.modules',
    certainty: 'sure',
    sources: logText,
    of: proxy,
    pattern: /required kernel modules are not loaded: \[([^\]]*)\]/,
    says: 'the kernel of {host} has not loaded what kube-proxy needs for IPVS: $1',
    hint: 'Load the modules there (modprobe) and keep them in /etc/modules-load.d; `up` does so where the kernel has them.',
    origin: 'kubernetes pkg/proxy/ipvs/proxier.go (1.20)',
  },
  {
    id: 'kube-proxy.ipvs',
    certainty: 'sure',
    sources: logText,
    of: proxy,
    pattern: /[Cc]an't use the IPVS proxier: ([^"]*)/,
    says: 'kube-proxy on {host} cannot use IPVS: $1',
    hint: 'See that ip_vs, its schedulers and ip_set are there: lsmod | grep ip_',
    origin: 'kubernetes cmd/kube-proxy/app/server_linux.go',
  },
  {
    id: 'kube-proxy.conntrack',
    certainty: 'sure',
    sources: logText,
    of: proxy,
    pattern:
      /could not set conntrack parameters[^:]*: ([^"]*)|open \/proc\/sys\/net\/\S*nf_conntrack_\w+: ([^"]*)/,
    says: 'kube-proxy on {host} may not set the limits of connection tracking: $1$2',
    hint: 'In a container or a small virtual machine the kernel refuses that: set conntrack maxPerCore: 0 and min: 0 in kube-proxy’s configuration, or load nf_conntrack.',
    origin: 'kubernetes cmd/kube-proxy/app/server_linux.go, pkg/proxy/conntrack/sysctls.go',
  },
  {
    id: 'dns.loop',
    certainty: 'sure',
    sources: logText,
    of: dns,
    pattern: /Loop \(.*\) detected for zone/,
    says: 'CoreDNS would ask itself: /etc/resolv.conf of {host} names an address of this machine as its name server',
    hint: 'Give the kubelet a file that names a real one, such as /run/systemd/resolve/resolv.conf, then delete the pods: kubectl -n kube-system delete pod -l k8s-app=kube-dns',
    origin: 'coredns plugin/loop/loop.go',
  },
  {
    id: 'dns.no-upstream',
    certainty: 'sure',
    sources: logText,
    of: dns,
    pattern: /no valid upstream addresses found/,
    says: 'CoreDNS finds nobody to send other names to: /etc/resolv.conf of {host} has no "nameserver" line',
    hint: 'Write one there, then delete the pods: kubectl -n kube-system delete pod -l k8s-app=kube-dns',
    origin: 'coredns plugin/forward/setup.go',
  },
];
