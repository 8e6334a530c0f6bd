// Why kubeadm gives up, as it says itself.
import type { Cause } from '../cause.ts';

export const kubeadmCauses: readonly Cause[] = [
  {
    id: 'kubeadm.token',
    certainty: 'sure',
    sources: ['output'],
    pattern:
      /could not find a JWS signature in the cluster-info ConfigMap for token ID "(\w+)"|token id "(\w+)" is invalid for this cluster or it has expired/,
    says: 'the cluster does not know the token $1$2 with which {host} joins, or it has expired',
    hint: 'Run the same command again: it makes a new one. If it happens again, compare the clocks of the hosts; the controller manager signs tokens, so it must run.',
    origin: 'kubernetes cmd/kubeadm/app/discovery/token/token.go',
  },
  {
    id: 'kubeadm.other-ca',
    certainty: 'sure',
    sources: ['output'],
    pattern: /none of the public keys "([^"]*)" are pinned/,
    says: 'at the API endpoint {host} finds another cluster: its CA is not that of the first control plane',
    hint: 'See where the endpoint’s name or address leads: to a load balancer of another cluster, or to a host that was made anew.',
    origin: 'kubernetes cmd/kubeadm/app/util/pubkeypin/pubkeypin.go',
  },
  {
    id: 'kubeadm.node-exists',
    certainty: 'sure',
    sources: ['output'],
    pattern: /a Node with name "([^"]+)" and status "Ready" already exists in the cluster/,
    says: 'a node called $1 is in the cluster already, and it is alive',
    hint: 'Choose another name for this host, or remove the other node first.',
    origin: 'kubernetes cmd/kubeadm/app/cmd/phases/join/kubelet.go',
  },
  {
    id: 'kubeadm.port-in-use',
    certainty: 'sure',
    sources: ['output'],
    pattern: /\[ERROR Port-(\d+)\]: Port \d+ is in use/,
    says: 'port $1 of {host} is taken by another program',
    hint: 'See by whom there: ss -lntp. What is left of an earlier cluster goes with `reset --limit` for this host.',
    origin: 'kubernetes cmd/kubeadm/app/preflight/checks.go',
  },
  {
    id: 'kubeadm.etcd-data',
    certainty: 'sure',
    sources: ['output'],
    pattern: /\[ERROR DirAvailable--var-lib-etcd\]: (\S+) is not empty/,
    says: '$1 of {host} has the data of another etcd',
    hint: 'If nobody needs it, `reset --limit` for this host or an empty directory makes room.',
    origin: 'kubernetes cmd/kubeadm/app/preflight/checks.go',
  },
  {
    id: 'kubeadm.left-overs',
    certainty: 'sure',
    sources: ['output'],
    pattern: /\[ERROR FileAvailable-\S+\]: (\S+) already exists/,
    says: '{host} has files of an earlier installation: $1',
    hint: 'If nobody needs them, `reset --limit` for this host takes them away.',
    origin: 'kubernetes cmd/kubeadm/app/preflight/checks.go',
  },
  {
    id: 'kubeadm.certificates-gone',
    certainty: 'sure',
    sources: ['output'],
    pattern:
      /Secret "kubeadm-certs" was not found in the "kube-system" Namespace|error decoding certificate key|cipher: message authentication failed/,
    says: 'the certificates that a further control plane fetches are gone from the API, or encrypted with another key',
    hint: 'Run the same command again: it puts them there anew.',
    origin: 'kubernetes cmd/kubeadm/app/phases/copycerts/copycerts.go',
  },
  {
    id: 'kubeadm.endpoint-name',
    certainty: 'likely',
    sources: ['output'],
    pattern:
      /^(?!.*(?:[Pp]ull|resolve reference)).*dial tcp: lookup (\S+?)(?: on (\S+))?: (no such host|server misbehaving|i\/o timeout)/,
    says: '{host} cannot look up $1, the name of the API endpoint: $3',
    hint: 'Put the name into the DNS, or into /etc/hosts of every host.',
    origin: 'Go net; kubernetes cmd/kubeadm/app/discovery',
  },
  {
    id: 'kubeadm.endpoint-unreachable',
    certainty: 'likely',
    sources: ['output'],
    pattern:
      /^(?!.*(?:[Pp]ull|resolve reference)).*dial tcp (\S+?): (?:connect: )?(connection refused|no route to host|i\/o timeout|network is unreachable)/,
    says: '{host} does not reach the API server at $1: $2',
    hint: 'See whether it runs and whether a firewall or a load balancer stands between: from this host, curl -k https://$1/livez',
    origin: 'Go net; kubernetes cmd/kubeadm/app/discovery',
  },
];
