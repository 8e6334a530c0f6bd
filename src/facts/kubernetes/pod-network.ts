// The live side of the built-in pod network: CNI files, our routes, the unit that keeps them, who is on the link.
import { cmd, script, type Command } from '../../core/command.ts';
import { podNetworkUnit, routeProtocol, type MasqueradeRule, type PodRoute } from '../../kube/pod-network.ts';
import type { Fact } from '../fact.ts';

export interface PodNetworkState {
  /** Names of the files in /etc/cni/net.d. */
  readonly cniFiles: readonly string[];
  /** Routes of our protocol. */
  readonly routes: readonly PodRoute[];
  readonly isUnitEnabled: boolean;
  /** `active`: it watches over the routes; `starting`: it makes them for the first time. */
  readonly unit: 'active' | 'starting' | 'stopped';
  /** `absent`: one of the rules is missing; `unknown`: the host has no iptables. */
  readonly masquerade: 'present' | 'absent' | 'unknown';
  /** Those of the asked addresses that are reached through a router. */
  readonly routedAddresses: readonly string[];
}

interface PodNetworkArgs {
  readonly masquerade: readonly MasqueradeRule[];
  /** Addresses of the other nodes. */
  readonly addresses: readonly string[];
}

export const podNetworkState: Fact<PodNetworkState, PodNetworkArgs> = {
  name: 'pod-network.state',
  scope: 'host',
  probe: ({ masquerade, addresses }) =>
    cmd`unit=${podNetworkUnit} protocol=${routeProtocol}
${program}
${checkRules(masquerade)}
ip -force -oneline -batch - 2>/dev/null <<'END' | sed 's/^/reach /'
${routeQuestions(addresses)}
END
echo checked`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    return {
      cniFiles: matches(stdout, /^cni (.+)$/gm).map(([name = '']) => name),
      routes: matches(stdout, /^route (\S+) via (\S+)/gm).map(([network = '', gateway = '']) => ({
        network,
        gateway,
      })),
      isUnitEnabled: /^unit enabled$/m.test(stdout),
      unit: readUnit(stdout),
      masquerade: readMasquerade(stdout),
      routedAddresses: matches(stdout, /^reach (?:\w+ )?(\S+) (?:from \S+ )?via /gm).map(
        ([address = '']) => address,
      ),
    };
  },
};

// The unit before the routes: one that has started has made them.
const program = script(`
for file in /etc/cni/net.d/*; do [ ! -f "$file" ] || echo "cni \${file##*/}"; done
echo "unit $(systemctl is-enabled "$unit" 2>/dev/null)"
systemctl show -p ActiveState,SubState "$unit" 2>/dev/null
for family in -4 -6; do ip "$family" route show proto "$protocol" 2>/dev/null | sed 's/^/route /'; done
check() {
  command -v "$1" >/dev/null 2>&1 || { echo "masquerade unknown"; return; }
  if "$1" -w -t nat -C $2 2>/dev/null; then echo "masquerade present"; else echo "masquerade absent"; fi
}
`);

function checkRules(rules: readonly MasqueradeRule[]): Command {
  return rules.reduce((all, { command, rule }) => cmd`${all}\ncheck ${command} ${rule}`, script(''));
}

function routeQuestions(addresses: readonly string[]): Command {
  return addresses.reduce((all, address) => cmd`${all}\nroute get ${address}`, script(''));
}

/** One that fails and is started again and again is `activating` in between, too. */
function readUnit(stdout: string): PodNetworkState['unit'] {
  if (/^ActiveState=active$/m.test(stdout)) return 'active';
  const isStarting = /^ActiveState=activating$/m.test(stdout) && !/^SubState=auto-restart/m.test(stdout);
  return isStarting ? 'starting' : 'stopped';
}

function readMasquerade(stdout: string): PodNetworkState['masquerade'] {
  const states = new Set(matches(stdout, /^masquerade (\w+)$/gm).flat());
  if (states.has('unknown')) return 'unknown';
  return states.has('absent') ? 'absent' : 'present';
}

function matches(text: string, pattern: RegExp): readonly (readonly string[])[] {
  return [...text.matchAll(pattern)].map((match) => match.slice(1));
}
