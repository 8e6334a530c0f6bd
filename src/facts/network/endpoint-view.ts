// What a host sees of the address of the API: what its name stands for, and whether the network leads there.
import { cmd, script } from '../../core/command.ts';
import { parseIp } from '../../core/ip.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

export interface EndpointQuestion {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** Addresses that nobody has yet. */
  readonly later: readonly string[];
}

export interface EndpointView {
  /** What the name stands for; empty when the host cannot tell. An address stands for itself. */
  readonly addresses: readonly string[];
  /**
   * What came of a connection: somebody took it, or refused it, the network knows no way (`unreachable`), or nothing
   * came (`silent`). `null` where none was tried.
   */
  readonly dialled: (typeof outcomes)[number] | null;
  /** What the system says of it. */
  readonly reason: string;
  /** The host is part of a cluster already. */
  readonly isNode: boolean;
}

/** The best one first. */
const outcomes = ['accepted', 'refused', 'silent', 'unreachable'] as const;

export const endpointView: Fact<EndpointView, EndpointQuestion> = {
  name: 'endpoint.view',
  scope: 'host',
  probe: ({ host, port, later }) =>
    cmd`host=${host} port=${port} later=${later.join(' ')} node=${kubernetesPaths.kubeletKubeconfig}
${parseIp(host) === undefined ? resolve : cmd`addresses=$host`}
${dial}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const [, state = '', reason = ''] = /^dialled (\S+) ?(.*)$/m.exec(stdout) ?? [];
    return {
      addresses: [...stdout.matchAll(/^address (\S+)$/gm)].map(([, address = '']) => address),
      dialled: outcomes.find((outcome) => outcome === state) ?? null,
      reason,
      isNode: /^node$/m.test(stdout),
    };
  },
};

const resolve = script(`addresses=$(timeout 20 getent ahosts "$host" | sed 's/[[:space:]].*//' | sort -u)`);

/**
 * On a node the way is proved by the kubelet. A balancer may refuse as long as nothing listens behind it. Of several
 * addresses the best counts: where there is no IPv6, nothing leads to those.
 */
const dial = script(`
dial() {
  said=$(timeout 6 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$port" 2>&1)
  case $?$said in
  0*) echo accepted ;;
  *'Connection refused'*|*'Connection reset'*) echo refused ;;
  *'No route to host'*|*'etwork is unreachable'*) echo "unreachable $(printf '%s' "$said" | sed -n '$s/.*: //p')" ;;
  124*|*'timed out'*) echo silent ;;
  esac
}
for address in $addresses; do
  echo "address $address"
  case " $later " in *" $address "*) addresses= ;; esac
done
if [ -e "$node" ]; then
  echo node
elif [ -n "$addresses" ] && command -v bash >/dev/null; then
  results=$(for address in $addresses; do dial "$address" & done; wait)
  for state in ${outcomes.join(' ')}; do
    result=$(printf '%s\\n' "$results" | sed -n "/^$state/{p;q;}")
    [ -z "$result" ] || { echo "dialled $result"; break; }
  done
fi
echo checked
`);
