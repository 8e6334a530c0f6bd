// Whether the virtual servers of this host's kernel take TCP connections from the host itself.
import { cmd, script } from '../../core/command.ts';
import { canonicalIp } from '../../core/ip.ts';
import type { Fact } from '../fact.ts';
import { tcpConnect } from '../tcp-connect.ts';

export interface ConnectionQuestion {
  /** So many virtual servers are asked at most, those first in the kernel's table. */
  readonly atMost: number;
  /** Deadline of one connection. */
  readonly seconds: number;
}

export interface TrafficConnection {
  readonly address: string;
  readonly port: number;
  readonly isOpen: boolean;
}

export interface TrafficConnections {
  /** False when the host has neither bash nor curl nor nc. */
  readonly hasClient: boolean;
  readonly connections: readonly TrafficConnection[];
  /** How many virtual servers were left out because of `atMost`. */
  readonly left: number;
}

/**
 * Asks the TCP virtual servers that have real servers and whose address is on kube-ipvs0, so no node ports. IPv6 ones are
 * asked wherever their address is. One that does not take the connection is asked once more.
 */
export const trafficConnections: Fact<TrafficConnections, ConnectionQuestion> = {
  name: 'traffic.connections',
  scope: 'cluster',
  timeoutMs: 10 * 60_000,
  probe: ({ atMost, seconds }) => cmd`(${tcpConnect}
at_most=${atMost} seconds=${seconds}
${functions})`,
  parse({ stdout }) {
    const lines = stdout.split('\n');
    if (!stdout.startsWith('client ')) throw new Error(`unexpected answer: ${lines[0] ?? ''}`);
    const connections = lines.flatMap((line) => {
      const [, state, address = '', port] = /^(open|closed) (\S+) (\d+)$/.exec(line) ?? [];
      return state === undefined
        ? []
        : [{ address: canonicalIp(address), port: Number(port), isOpen: state === 'open' }];
    });
    const [, all = '0'] = /^servers (\d+)$/m.exec(stdout) ?? [];
    return {
      hasClient: !lines.includes('client none'),
      connections,
      left: Math.max(0, Number(all) - connections.length),
    };
  },
};

/** The kernel writes IPv4 addresses and ports in hexadecimal digits, IPv6 addresses whole and in brackets. */
const functions = script(`
echo "client $tcp_client"
bound=$(ip -o -4 addr show dev kube-ipvs0 2>/dev/null | awk '{ sub("/.*", "", $4); print $4 }' | tr '\\n' ' ')
places=$(awk '$1 == "->" { if (place != "") print place; place = ""; next } { place = $1 == "TCP" ? $2 : "" }' \\
  /proc/net/ip_vs 2>/dev/null)
four=$(printf '%s\\n' "$places" | sed -n 's/^\\(..\\)\\(..\\)\\(..\\)\\(..\\):\\(....\\)$/0x\\1 0x\\2 0x\\3 0x\\4 0x\\5/p')
six=$(printf '%s\\n' "$places" | sed -n 's/^\\[\\(.*\\)\\]:\\(....\\)$/\\1 0x\\2/p')
servers=$(
  { [ -z "$four" ] || printf '%d.%d.%d.%d %d\\n' $four
    [ -z "$six" ] || printf '%s %d\\n' $six; } |
    awk -v bound="$bound" 'BEGIN { count = split(bound, list, " "); for (i = 1; i <= count; i++) own[list[i]] = 1 }
      index($1, ":") || ($1 in own)'
)
connect() {
  if tcp_connect "$1" "$2" "$seconds" || tcp_connect "$1" "$2" "$seconds"; then state=open; else state=closed; fi
  echo "$state $1 $2"
}
if [ -n "$servers" ]; then
  printf 'servers %d\\n' "$(printf '%s\\n' "$servers" | wc -l)"
  if [ "$tcp_client" != none ]; then
    printf '%s\\n' "$servers" | head -n "$at_most" | {
      running=0
      while read -r address port; do
        connect "$address" "$port" </dev/null &
        running=$((running + 1))
        if [ "$running" -ge 32 ]; then wait; running=0; fi
      done
      wait
    }
  fi
fi
`);
