// What comes of connections from a host to ports of others: taken and by whom, refused, forbidden, or no answer at all.
import { cmd, script } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { listenerDirectory } from './own-listener.ts';

/** A port of a host to be dialled. */
export interface DialPlace {
  /** An address, or for the API a name. */
  readonly host: string;
  readonly port: number;
}

export interface DialQuestion {
  readonly places: readonly DialPlace[];
  /** A host that is a node already need not dial: its kubelet does. */
  readonly onlyBefore: boolean;
  /** Place of the API where a balancer serves it: it may take a few seconds to find out that somebody listens. */
  readonly balancer: DialPlace | null;
}

export interface Dialled extends DialPlace {
  /** `unreachable`: a router or a firewall says no. `silent`: nothing came. */
  readonly state: 'accepted' | 'refused' | 'unreachable' | 'silent';
  /** The first line of whoever took the connection, or what the system says of it. */
  readonly text: string;
}

/** Places that could not be tried are left out: no bash, or a name that stands for nothing. */
export const dialled: Fact<readonly Dialled[], DialQuestion> = {
  name: 'ports.dialled',
  scope: 'host',
  probe: ({ places, onlyBefore, balancer }) =>
    cmd`node=${kubernetesPaths.kubeletKubeconfig} only_before=${onlyBefore ? 'yes' : ''} listener=${listenerDirectory}
set -- ${places.map(({ host, port }) => `${host} ${port}`)}
balancer=${balancer === null ? '' : `${balancer.host} ${balancer.port}`}
${program}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const lines = /^dialled (\S+) (\d+) (accepted|refused|unreachable|silent) ?(.*)$/gm;
    return [...stdout.matchAll(lines)].map(([, host = '', port, state, text = '']) => ({
      host,
      port: Number(port),
      state: state as Dialled['state'],
      text,
    }));
  },
};

/**
 * All at the same time, three seconds at most. What bash says that is not known here tells nothing of the network. Of an
 * answer 300 signs are kept: a listener's has the port at its end, behind a name of 253 signs at most. The question is one that servers with TLS answer at once, too. Behind a
 * balancer a connection is tried again for a while, if this program's listeners run.
 */
const program = script(`
ask='exec 3<>"/dev/tcp/$0/$1" || exit 1
printf "took\\\\n"
printf "GET / HTTP/1.0\\\\r\\\\n\\\\r\\\\n" >&3
IFS= read -r -t 1 line <&3
printf "%s" "$line"'
dial() {
  said=$({ LC_ALL=C timeout 3 bash -c "$ask" "$1" "$2" 2>&1; printf '\\nended %s' $?; } | tr -cd '[:print:]\\n' | head -c 900)
  rest=$(printf '%s' "$said" | sed -n '2s/^\\(.\\{1,300\\}\\).*/\\1/p')
  case $said in
  took*) state="accepted $rest" ;;
  *'Connection refused'*|*'Connection reset'*) state=refused ;;
  *'No route to host'*|*'etwork is unreachable'*|*'ermission denied'*)
    state="unreachable $(printf '%s' "$said" | sed -n '1s/.*: //p')" ;;
  *'timed out'*|*'ended 124') state=silent ;;
  *) return ;;
  esac
  echo "dialled $1 $2 $state"
}
listens() {
  [ -e "$listener/pids" ] || return 1
  while read -r pid; do
    ! grep -qs ipvs-bootstrap-listener "/proc/$pid/environ" || return 0
  done <"$listener/pids"
  return 1
}
persist() {
  tries=0
  while result=$(dial "$1" "$2"); do
    case $result in *' accepted ipvs-bootstrap-listener '*) break ;; esac
    tries=$((tries + 1))
    if [ "$tries" -ge 5 ] || ! listens; then break; fi
    sleep 1
  done
  [ -z "$result" ] || echo "$result"
}
if command -v bash >/dev/null 2>&1 && { [ -z "$only_before" ] || [ ! -e "$node" ]; }; then
  for place; do dial \${place% *} \${place#* } & done
  if [ -n "$balancer" ] && [ ! -e "$node" ]; then persist \${balancer% *} \${balancer#* } & fi
  wait
fi
echo checked
`);
