// What the rules of real firewalls do with the packets of a cluster. The captures are what the firewalls themselves made,
// in a network namespace; Docker's are those that it is known for.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firewall, type Firewall } from '../../../../src/facts/firewall/firewall.ts';
import {
  podCards,
  podFindings,
  type PodNetworkKind,
} from '../../../../src/operations/firewall/pod-packets.ts';
import { judge, type Packet } from '../../../../src/operations/firewall/verdict.ts';

const networks = { pods: '10.244.0.0/16', services: '10.96.0.0/12' };

function read(sections: Readonly<Record<string, string>>): Firewall {
  const stdout = ['## version\niptables v1.8.9 (nf_tables)']
    .concat(Object.entries(sections).map(([name, text]) => `## ${name}\n${text}`))
    .concat('## checked\n')
    .join('\n');
  return firewall.parse({ stdout, stderr: '', exitCode: 0 }, undefined);
}

function capture(name: string): Firewall {
  const text = readFileSync(new URL(`../../../captures/firewall/${name}`, import.meta.url), 'utf8');
  return read({ [name.endsWith('.json') ? 'nft' : 'iptables-nft']: text });
}

function toPort(port: number): Packet {
  const places = { source: '10.77.0.12', destination: '10.77.0.11', inInterface: 'eth0' };
  return { hook: 'input', family: 4, protocol: 'tcp', port, ...places };
}

function verdicts({ tables }: Firewall): readonly string[] {
  return [22, 6443, 10250].map((port) => judge(tables, toPort(port)).is);
}

function stopped(rules: Firewall, kind: PodNetworkKind): readonly string[] {
  return podFindings(rules, networks, kind, podCards(kind, 'eth0')).map(
    ({ severity, message }) => `${severity}: ${message.replace(/ do not get.*/, '')}`,
  );
}

describe('the rules', () => {
  it.each([
    ['cloud-image.txt', ['accepted', 'blocked', 'blocked']],
    ['ufw-0.36.2.txt', ['accepted', 'blocked', 'blocked']],
    ['firewalld-1.3.3.json', ['accepted', 'blocked', 'blocked']],
    ['firewalld-1.3.3-opened.json', ['accepted', 'accepted', 'accepted']],
    ['docker-20.10.txt', ['accepted', 'accepted', 'accepted']],
  ])('of %s say of SSH, API and kubelet: %j', (name, expected) => {
    expect(verdicts(capture(name))).toEqual(expected);
  });

  it.each<[string, PodNetworkKind, readonly string[]]>([
    ['cloud-image.txt', 'host-gw', []],
    [
      'cloud-image.txt',
      'flannel',
      ['problem: packets between pods', 'problem: packets from pods to Services'],
    ],
    ['ufw-0.36.2.txt', 'host-gw', []],
    ['ufw-0.36.2.txt', 'other', ['warning: packets from pods to Services']],
    ['docker-20.10.txt', 'flannel', []],
    [
      'firewalld-1.3.3.json',
      'host-gw',
      ['problem: packets between pods', 'problem: packets from pods to Services'],
    ],
    ['firewalld-1.3.3-opened.json', 'host-gw', []],
  ])('of %s stop, with a pod network of kind %s: %j', (name, kind, expected) => {
    expect(stopped(capture(name), kind)).toEqual(expected);
  });
});

const filter = (...rules: readonly string[]): Firewall =>
  read({
    'iptables-nft': ['*filter', ':INPUT DROP [0:0]', ':mine - [0:0]', ...rules, 'COMMIT'].join('\n'),
  });

describe('a packet', () => {
  it.each([
    ['is stopped by the policy', [], 'blocked'],
    ['is let in from its network', ['-A INPUT -s 10.77.0.0/24 -j ACCEPT'], 'accepted'],
    ['is not let in from another network', ['-A INPUT -s 10.78.0.0/24 -j ACCEPT'], 'blocked'],
    ['is let in by all but another network', ['-A INPUT ! -s 10.78.0.0/24 -j ACCEPT'], 'accepted'],
    ['may be let in by a mark', ['-A INPUT -m mark --mark 0x1 -j ACCEPT'], 'unknown'],
    ['may be let in by an IP set', ['-A INPUT -m set --match-set known src -j ACCEPT'], 'unknown'],
    ['may be let in by a target that nobody knows', ['-A INPUT -j NFQUEUE --queue-num 1'], 'unknown'],
    ['goes on behind a log', ['-A INPUT -j LOG --log-prefix "-j ACCEPT "'], 'blocked'],
    ['is no answer', ['-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'], 'blocked'],
    ['is new', ['-A INPUT -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT'], 'accepted'],
    ['is SYN alone', ['-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT'], 'accepted'],
    ['is no null scan', ['-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK NONE -j ACCEPT'], 'blocked'],
    ['is no scan', ['-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK FIN -j ACCEPT'], 'blocked'],
    ['is not all but SYN', ['-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT'], 'blocked'],
    ['is no scan at all', ['-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK FIN -j ACCEPT'], 'accepted'],
    ['does not come by lo', ['-A INPUT -i lo -j ACCEPT'], 'blocked'],
    ['comes by one of the cards', ['-A INPUT -i eth+ -j ACCEPT'], 'accepted'],
    ['comes from no small port', ['-A INPUT -p tcp -m tcp --sport 53 -j ACCEPT'], 'blocked'],
    ['returns from a chain', ['-A INPUT -j mine', '-A mine -j RETURN', '-A mine -j ACCEPT'], 'blocked'],
    [
      'is let in by a chain',
      ['-A INPUT -j mine', '-A mine -p tcp -m multiport --dports 80,6000:6500 -j ACCEPT'],
      'accepted',
    ],
    ['ends where it is sent for good', ['-A INPUT -g mine', '-A INPUT -j ACCEPT'], 'blocked'],
    ['is for this host', ['-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT'], 'accepted'],
  ])('%s', (_, rules, expected) => {
    expect(judge(filter(...rules).tables, toPort(6443)).is).toBe(expected);
  });

  it('must get through every table', () => {
    const rules = read({
      'iptables-legacy': '*filter\n:INPUT DROP [0:0]\nCOMMIT',
      'iptables-nft': '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT',
    });
    expect(judge(rules.tables, toPort(6443))).toMatchObject({ is: 'blocked', by: { chain: 'INPUT' } });
    expect(judge(rules.tables, { ...toPort(6443), family: 6 }).is).toBe('accepted');
  });
});

const rulesOfNft = (policy: string, ...rules: readonly (readonly object[])[]): Firewall =>
  read({
    nft: JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6' } },
        { table: { family: 'inet', name: 'f' } },
        { chain: { family: 'inet', table: 'f', name: 'in', type: 'filter', hook: 'input', prio: 0, policy } },
        ...rules.map((expr) => ({ rule: { family: 'inet', table: 'f', chain: 'in', expr } })),
      ],
    }),
  });

const port = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
});
const source = { payload: { protocol: 'ip', field: 'saddr' } };
const limit = { rate: 10, per: 'second', inv: true };

describe('a rule of nftables', () => {
  it.each<[string, string, readonly (readonly object[])[], string]>([
    [
      'that counts connections',
      'accept',
      [[{ 'ct count': { val: 20, inv: true } }, { drop: null }]],
      'unknown',
    ],
    ['with a quota', 'accept', [[{ quota: { val: 10, inv: true } }, { drop: null }]], 'unknown'],
    [
      'with a limit for each address',
      'accept',
      [[{ set: { op: 'add', elem: source, set: '@m', stmt: [{ limit }] } }, { drop: null }]],
      'unknown',
    ],
    [
      'with a meter',
      'accept',
      [[{ meter: { key: source, stmt: { limit }, name: 'x' } }, { drop: null }]],
      'unknown',
    ],
    ['that answers for others', 'drop', [[port(6443), { synproxy: { mss: 1460 } }]], 'unknown'],
    ['of a kind that is to come', 'drop', [[{ later: null }, { drop: null }]], 'unknown'],
    [
      'that counts and logs',
      'accept',
      [[{ counter: {} }, { log: { prefix: 'x' } }, { drop: null }]],
      'blocked',
    ],
    ['for a port that has a name', 'drop', [[port('sun-sr-https'), { accept: null }]], 'unknown'],
    ['for other ports', 'drop', [[port({ set: [22, { range: [80, 90] }] }), { accept: null }]], 'blocked'],
  ])('%s, with the policy %s', (_, policy, rules, expected) => {
    expect(judge(rulesOfNft(policy, ...rules).tables, toPort(6443)).is).toBe(expected);
  });

  it('may be a map of many verdicts', () => {
    const set = Array.from({ length: 5000 }, (_, index) => [
      `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      { drop: null },
    ]);
    const rules = rulesOfNft('accept', [{ vmap: { key: source, data: { set } } }]);
    expect(judge(rules.tables, { ...toPort(6443), source: '10.0.2.3' }).is).toBe('blocked');
  });
});
