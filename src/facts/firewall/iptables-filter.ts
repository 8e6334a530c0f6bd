// The table `filter` of iptables as iptables-save prints it.
import type { Action, BaseChain, FilterRule, FilterTable, Match } from './packet-filter.ts';

const hooks: Readonly<Record<string, BaseChain['hook']>> = { INPUT: 'input', FORWARD: 'forward' };

/** @param origin the program, such as `ip6tables-nft` */
export function iptablesFilter(origin: string, lines: readonly string[]): FilterTable {
  const bases: BaseChain[] = [];
  const chains: Record<string, FilterRule[]> = {};
  for (const line of lines) {
    const [, chain = '', policy = ''] = /^:(\S+) (\S+)/.exec(line) ?? [];
    const hook = hooks[chain];
    if (chain !== '') chains[chain] = [];
    if (hook !== undefined) bases.push({ chain, hook, policy: policy === 'DROP' ? 'drop' : 'accept' });
    const [, owner = ''] = /^-A (\S+)/.exec(line) ?? [];
    chains[owner]?.push(readRule(line.trim()));
  }
  return { origin, families: [origin.startsWith('ip6') ? 6 : 4], bases, chains };
}

function readRule(text: string): FilterRule {
  const [, , ...words] = splitWords(text);
  const at = words.findIndex((word) => ['-j', '-g', '--jump', '--goto'].includes(word));
  const matches = readMatches(at === -1 ? words : words.slice(0, at));
  return { text, matches, action: at === -1 ? { does: 'continue' } : readAction(words[at], words[at + 1]) };
}

/** A comment stands in quotes and may hold anything. */
function splitWords(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

const verdicts: Readonly<Record<string, Action>> = {
  ACCEPT: { does: 'accept' },
  DROP: { does: 'drop' },
  REJECT: { does: 'reject' },
  RETURN: { does: 'return' },
};

/** Targets behind which the packet goes on to the next rule. */
const passing =
  /^(LOG|NFLOG|ULOG|AUDIT|MARK|CONNMARK|CONNSECMARK|SECMARK|SET|TRACE|TCPMSS|DSCP|TOS|TTL|HL|CLASSIFY|CT|CHECKSUM|RATEEST|TEE|LED)$/;

function readAction(flag = '', target = ''): Action {
  const verdict = verdicts[target];
  if (verdict !== undefined) return verdict;
  if (passing.test(target)) return { does: 'continue' };
  // Names of targets are capitals alone; so may be those of chains, which are looked up first.
  return { does: flag.startsWith('-g') || flag === '--goto' ? 'goto' : 'jump', chain: target };
}

/** Modules that ask nothing by themselves. */
const silentModules = new Set(
  'tcp udp udplite icmp icmp6 sctp dccp comment conntrack state addrtype multiport iprange standard'.split(
    ' ',
  ),
);

function readMatches(words: readonly string[]): readonly Match[] {
  const found: Match[] = [];
  for (let index = 0; index < words.length;) {
    const isNegated = words[index] === '!';
    if (isNegated) index += 1;
    const option = words[index] ?? '';
    const next = words.findIndex((word, at) => at > index && (word === '!' || /^-{1,2}[a-z]/.test(word)));
    const values = words.slice(index + 1, next === -1 ? words.length : next);
    const read = readMatch(option, values);
    const match = isNegated ? negate(read) : read;
    if (match !== undefined) found.push(match);
    index = next === -1 ? words.length : next;
  }
  return found;
}

const numbers: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '112': 'vrrp' };

/** What options ask of a packet; a list is separated by commas. */
const options: Readonly<Record<string, (value: string) => Match>> = {
  '-s': (value) => ({ on: 'source', is: [value] }),
  '-d': (value) => ({ on: 'destination', is: [value] }),
  '-i': (value) => ({ on: 'inInterface', is: [value.replace(/\+$/, '*')] }),
  '-o': (value) => ({ on: 'outInterface', is: [value.replace(/\+$/, '*')] }),
  '--ctstate': (value) => ({ on: 'state', is: value.toLowerCase().split(',') }),
  '--state': (value) => ({ on: 'state', is: value.toLowerCase().split(',') }),
  '--dst-type': (value) => ({ on: 'destinationType', is: value.toLowerCase().split(',') }),
  '--src-range': (value) => ({ on: 'source', is: [value] }),
  '--dst-range': (value) => ({ on: 'destination', is: [value] }),
  '--dport': (value) => ({ on: 'port', is: value.split(',').map(readPorts) }),
  '--dports': (value) => ({ on: 'port', is: value.split(',').map(readPorts) }),
  '--sport': (value) => ({ on: 'sourcePort', is: value.split(',').map(readPorts) }),
  '--sports': (value) => ({ on: 'sourcePort', is: value.split(',').map(readPorts) }),
};

function readMatch(option: string, [value = '', second = '']: readonly string[]): Match | undefined {
  if (option === '--comment' || (option === '-m' && silentModules.has(value))) return undefined;
  if (option === '-p') return value === 'all' ? undefined : { on: 'protocol', is: [numbers[value] ?? value] };
  if (option === '--tcp-flags') return readFlags(value, second);
  return options[option]?.(value) ?? { on: 'unknown' };
}

/** iptables writes a range as 8000:8010. */
function readPorts(text: string): string {
  return text.replace(/^:/, '0:').replace(/:$/, ':65535').replace(':', '-');
}

/** A connection begins with a packet that has SYN alone. */
function readFlags(mask: string, wanted: string): Match | undefined {
  const looked = mask === 'ALL' || mask.split(',').includes('SYN');
  const isSyn = (looked ? 'SYN' : 'NONE') === wanted;
  return isSyn ? undefined : { on: 'never' };
}

/** What fits every packet is undefined. */
function negate(match: Match | undefined): Match | undefined {
  if (match === undefined) return { on: 'never' };
  if (match.on === 'never') return undefined;
  return match.on === 'unknown' ? match : { ...match, not: true };
}
