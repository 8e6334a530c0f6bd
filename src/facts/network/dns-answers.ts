// What the cluster's DNS answers to this host, by UDP and by TCP.
import { cmd, script } from '../../core/command.ts';
import { canonicalIp } from '../../core/ip.ts';
import { dnsService } from '../../kube/objects/cluster-dns-view.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { parseDnsMessage, recordTypes, type DnsQuestion } from './dns-message.ts';

export interface DnsQuery {
  /** The name, without the cluster's domain: `kubernetes.default.svc`. */
  readonly name: string;
  readonly type: keyof typeof recordTypes;
  /** How often each address is asked by each protocol, each time from a port of its own. */
  readonly requests: number;
  /** Deadline of one look at the answer. There are two, as a packet may get lost, and a busy node may be late. */
  readonly seconds: number;
}

export interface DnsAnswer {
  readonly server: string;
  readonly protocol: 'UDP' | 'TCP';
  /** `answered`: it has said something about the name, and be it that there is none. */
  readonly state: 'answered' | 'silent' | 'senseless';
  /** `NOERROR`, `NXDOMAIN`; for what is no answer: what came instead. */
  readonly status: string;
  readonly addresses: readonly string[];
}

export interface DnsAnswers {
  /** False when the host has no bash, or no timeout, dd and od to ask with. */
  readonly hasClient: boolean;
  /** The whole name that was asked for. */
  readonly name: string;
  /** Where the DNS was asked: its Service's cluster IPs, and what the kubelet tells pods. None without such a Service. */
  readonly servers: readonly string[];
  readonly answers: readonly DnsAnswer[];
}

/** A DNS has an address of each family, and the kubelet may tell pods as many others. */
const mostServers = 4;
const protocols = 2;

/** Two looks, and a second for what is around them. */
function longestAnswer(seconds: number): number {
  return 2 * seconds + 1;
}

export const dnsAnswers: Fact<DnsAnswers, DnsQuery> = {
  name: 'dns.answers',
  scope: 'cluster',
  // Besides, a busy node takes its time to start a hundred programs.
  timeoutMs: ({ seconds }) => (5 * 60 + mostServers * protocols * longestAnswer(seconds)) * 1000,
  probe: ({ name, type, requests, seconds }) =>
    cmd`(asked=${name} type=${recordTypes[type]} requests=${requests} seconds=${seconds} longest=${longestAnswer(seconds)} port=53
kubelet=${kubernetesPaths.kubeletData}/config.yaml
kubeconfig=${kubernetesPaths.adminKubeconfig}
if [ ! -e "$kubeconfig" ]; then kubeconfig=${kubernetesPaths.kubeletKubeconfig}; fi
services=$(kubectl --kubeconfig="$kubeconfig" --request-timeout=30s --namespace=${dnsService.namespace} get service ${dnsService.name} \\
  -o 'jsonpath={.spec.clusterIP} {.spec.clusterIPs[*]}' 2>/dev/null)
ask_program=${askProgram}
${functions})`,
  parse({ stdout }) {
    const lines = stdout.split('\n').map((line) => line.split('\t'));
    const of = (kind: string) => lines.filter(([found]) => found === kind).map(([, ...fields]) => fields);
    const [client] = of('client')[0] ?? [];
    if (client === undefined) throw new Error(`unexpected answer: ${stdout.slice(0, 80)}`);
    return {
      hasClient: client === 'bash',
      name: of('name')[0]?.[0] ?? '',
      servers: of('server').map(([server = '']) => canonicalIp(server)),
      answers: of('answer').map(readAnswer),
    };
  },
};

function readAnswer([server = '', protocol, query = '', answer = '']: readonly string[]): DnsAnswer {
  const from = { server: canonicalIp(server), protocol: protocol === 'tcp' ? 'TCP' : 'UDP' } as const;
  if (!/^([0-9a-f]{2})+$/.test(answer)) {
    return { ...from, state: 'silent', status: errorOf(answer), addresses: [] };
  }
  const [asked, message] = [query, answer].map((hex) => parseDnsMessage(Buffer.from(hex, 'hex')));
  const oddness = oddnessOf(asked, message);
  if (message === undefined || oddness !== undefined) {
    return { ...from, state: 'senseless', status: oddness ?? '', addresses: [] };
  }
  return { ...from, state: 'answered', status: message.status, addresses: message.addresses };
}

/** What bash and dd say of a connection: the last part of "dd: error reading 'standard input': Connection refused". */
function errorOf(text: string): string {
  return text.split(': ').at(-1)?.trim() ?? '';
}

type Message = ReturnType<typeof parseDnsMessage>;

/** Why a packet is no answer to the question. */
function oddnessOf(asked: Message, answer: Message): string | undefined {
  if (answer === undefined) return 'something that is no DNS message';
  if (!answer.isResponse) return 'a DNS message that is no answer';
  if (answer.id !== asked?.id) return 'the answer to another question (wrong id)';
  if (!repeats(answer.question, asked.question)) return 'the answer to another question (wrong name)';
  return answer.isTruncated ? 'an answer that was cut off' : undefined;
}

/** A server that could not read the question may leave it out. */
function repeats(repeated: DnsQuestion | null, wanted: DnsQuestion | null): boolean {
  if (repeated === null || wanted === null) return true;
  return repeated.name.toLowerCase() === wanted.name.toLowerCase() && repeated.type === wanted.type;
}

/**
 * Prints the question's bytes, and what came back: bytes, or why none did. By bash, which sends by UDP and TCP without any
 * further program. A packet has to leave by one write, but bash writes line by line, and the byte before a label of ten
 * letters is a line's end to it: so dd gathers what it writes.
 */
const askProgram = script(`
set -f
export LC_ALL=C
server=$0 protocol=$1 port=$2 type=$3 name=$4 seconds=$5
octal() { printf '\\\\%03o' "$@"; }
hex() { od -A n -v -t x1 | tr -d ' \\n'; }
message=$(octal $((RANDOM % 256)) $((RANDOM % 256)) 1 0 0 1 0 0 0 0 0 0)
IFS=.
for label in $name; do message=$message$(octal \${#label})$label; done
unset IFS
message=$message$(octal 0 0 "$type" 0 1)
query=$(printf "$message" | hex)
echo "$query"
if [ "$protocol" = tcp ]; then message=$(octal 0 $((\${#query} / 2)))$message; fi
receive() { timeout "$seconds" dd status=none "$@" <&3 | hex; }
ask() {
  printf "$message" | dd status=none obs=4096 >&3
  if [ "$protocol" = udp ]; then receive bs=65535 count=1; return; fi
  length=$(receive bs=1 count=2)
  if [ "\${#length}" = 4 ]; then receive bs=1 count=$((16#$length)); fi
}
open() { exec 3<>"/dev/$protocol/$server/$port"; }
open || exit 0
answer=$(ask)
if [ -z "$answer" ]; then
  if [ "$protocol" = tcp ]; then open || exit 0; fi
  answer=$(ask)
fi
echo "$answer"
`).text;

const functions = script(`
client=bash
for program in bash timeout dd od; do
  if ! command -v "$program" >/dev/null 2>&1; then client=none; fi
done
domain=$(sed -n 's/^clusterDomain: *"\\{0,1\\}\\([A-Za-z0-9.-]*\\).*/\\1/p' "$kubelet" 2>/dev/null | head -n 1)
told=$(sed -n '/^clusterDNS:/,/^[^- ]/s/^ *- *"\\{0,1\\}\\([0-9A-Fa-f.:]*\\).*/\\1/p' "$kubelet" 2>/dev/null)
name=$asked.\${domain:-cluster.local}
printf 'client\\t%s\\nname\\t%s\\n' "$client" "$name"
ask() {
  said=$(timeout "$longest" bash -c "$ask_program" "$1" "$2" "$port" "$type" "$name" "$seconds" 2>&1 </dev/null)
  query=$(printf '%s\\n' "$said" | head -n 1)
  answer=$(printf '%s\\n' "$said" | sed -e 1d -e '/^$/d' | tail -n 1 | cut -c 1-3000)
  printf 'answer\\t%s\\t%s\\t%s\\t%s\\n' "$1" "$2" "$query" "$answer"
}
servers=
case $services in
  *[0-9]*)
    for server in $services $told; do
      case " $servers " in *" $server "*) ;; *) servers="$servers $server" ;; esac
    done
    ;;
esac
for server in $servers; do
  printf 'server\\t%s\\n' "$server"
  if [ "$client" = none ]; then continue; fi
  for protocol in udp tcp; do
    count=0
    while [ "$count" -lt "$requests" ]; do count=$((count + 1)); ask "$server" "$protocol" & done
    # Not all at once: a busy node would then find no answer in time that is there.
    wait
  done
done
`);
