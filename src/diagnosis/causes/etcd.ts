// Why etcd does not run, or is slow.
import { logText, type Cause } from '../cause.ts';

const etcd = /etcd/;

export const etcdCauses: readonly Cause[] = [
  {
    id: 'etcd.bootstrapped',
    certainty: 'sure',
    sources: logText,
    of: etcd,
    pattern: /member (\w+) has already been bootstrapped/,
    says: 'etcd of {host} was a member before, under the same name, and its data is gone',
    hint: 'Run `reset --limit` for this host, which takes its old member out of the cluster, then `up`.',
    isFatal: true,
    origin: 'etcd server/etcdserver/bootstrap.go',
  },
  {
    id: 'etcd.other-cluster',
    certainty: 'sure',
    sources: logText,
    of: etcd,
    pattern: /cluster ID mismatch|error validating peerURLs/,
    says: 'etcd of {host} has the data of another cluster than the other members',
    hint: 'If nobody needs its data, `reset --limit` for this host, then `up`.',
    origin: 'etcd server/etcdserver/api/rafthttp/http.go, bootstrap.go',
  },
  {
    id: 'etcd.space',
    certainty: 'sure',
    sources: [...logText, 'output', 'kubelet'],
    pattern: /mvcc: database space exceeded/,
    says: 'etcd has no room left: its quota is used up, and it takes no changes any more',
    hint: 'Compact and defragment it, then take the alarm away: etcdctl compact, defrag, alarm disarm.',
    origin: 'etcd api/v3rpc/rpctypes/error.go',
  },
  {
    id: 'etcd.slow-disk',
    certainty: 'symptom',
    sources: logText,
    of: etcd,
    pattern: /slow fdatasync|leader failed to send out heartbeat on time/,
    says: 'the disk of {host} is slow for etcd, so that everything that asks the API waits',
    hint: 'Give /var/lib/etcd a disk of its own that writes safely within 10 ms, or take load off this one.',
    origin: 'etcd server/etcdserver/raft.go, storage/wal/wal.go',
  },
  {
    id: 'etcd.no-leader',
    certainty: 'symptom',
    sources: [...logText, 'output'],
    pattern: /etcdserver: no leader/,
    says: 'etcd has no leader: more than half of its members must run and reach each other',
    hint: 'See that the control planes reach each other at ports 2379 and 2380.',
    origin: 'etcd api/v3rpc/rpctypes/error.go',
  },
];
