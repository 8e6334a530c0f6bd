// A node with two cards in one segment answers ARP for an external IP once: the kernel's real answers, before and after.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FactQuery } from '../../../../src/facts/fact.ts';
import { ipvsAddresses } from '../../../../src/facts/ipvs/ipvs-addresses.ts';
import { arpAnswers } from '../../../../src/facts/network/arp-answers.ts';
import { arpSettings } from '../../../../src/facts/network/arp-settings.ts';
import { hostHardware } from '../../../../src/facts/network/host-hardware.ts';
import { arpSteps } from '../../../../src/operations/keepalived/arp-settings.ts';
import { cardsBeside, placeAddresses } from '../../../../src/operations/keepalived/interface-network.ts';
import type { FactReader, Step } from '../../../../src/operations/operation.ts';

const [client, node] = [`b-client-${process.pid}`, `b-node-${process.pid}`];
const address = '10.9.0.101';

function ip(...words: string[]): void {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

function inside(namespace: string, text: string) {
  const { stdout, stderr, status } = spawnSync('ip', ['netns', 'exec', namespace, 'sh', '-c', text], {
    encoding: 'utf8',
  });
  return { stdout, stderr, exitCode: status ?? 255 };
}

beforeAll(() => {
  for (const namespace of [client, node]) ip('netns', 'add', namespace);
  ip('-n', client, 'link', 'add', 'br0', 'type', 'bridge');
  ip('-n', client, 'address', 'add', '10.9.0.1/24', 'dev', 'br0');
  for (const [index, device] of ['eth0', 'eth1'].entries()) {
    const port = `port${index}`;
    ip('-n', client, 'link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', node);
    ip('-n', client, 'link', 'set', port, 'master', 'br0', 'up');
    ip('-n', node, 'address', 'add', `10.9.0.${index + 2}/24`, 'dev', device);
    ip('-n', node, 'link', 'set', device, 'up');
  }
  ip('-n', client, 'link', 'set', 'br0', 'up');
  // kube-proxy's copy, which every node has, and keepalived's on the owner.
  ip('-n', node, 'link', 'add', 'kube-ipvs0', 'type', 'bridge');
  ip('-n', node, 'address', 'add', `${address}/32`, 'dev', 'kube-ipvs0');
  ip('-n', node, 'address', 'add', `${address}/24`, 'dev', 'eth0');
});

afterAll(() => {
  for (const namespace of [client, node]) ip('netns', 'delete', namespace);
});

function heard(asked: string): readonly string[] {
  const question = { interface: 'br0', nodeAddress: '10.9.0.1', addresses: [asked] };
  const { answers } = arpAnswers.parse(inside(client, arpAnswers.probe(question).text), question);
  const cards = hostHardware.parse(inside(node, hostHardware.probe(undefined).text), undefined);
  const names = answers.map(({ hardware }) => cards.find((card) => card.hardware === hardware)?.interface);
  return names.map(String).sort();
}

function planned(): readonly Step[] {
  const host = ipvsAddresses.parse(inside(node, ipvsAddresses.probe(undefined).text), undefined);
  const choice = { node: 'node', interface: null, isOwn: false, addresses: ['10.9.0.2'] };
  const what = (addresses: readonly string[]) => addresses.join(', ');
  const placement = placeAddresses({ addresses: [address], what, key: 'key' }, choice, host);
  expect(placement.places.get(address)).toEqual({ interface: 'eth0', prefixLength: 24 });
  const settings = arpSettings.parse(inside(node, arpSettings.probe(undefined).text), undefined);
  const facts: FactReader = {
    get: <Value>({ name }: FactQuery<Value>) => values[name] as Value,
  };
  const values: Readonly<Record<string, unknown>> = {
    'arp.settings': settings,
    'sysctl.saved': [],
    'file.text': null,
  };
  return arpSteps('externalIPs', ['eth0', ...cardsBeside(placement, host)], facts);
}

it('answers with both cards as the kernel has it, and with one when the plan is carried out', () => {
  expect(heard(address)).toEqual(['eth0', 'eth1']);
  for (const step of planned()) {
    if (step.kind !== 'exec') continue;
    expect(inside(node, step.command.text)).toMatchObject({ stderr: '', exitCode: 0 });
  }
  expect(heard(address)).toEqual(['eth0']);
  expect(planned().filter(({ kind }) => kind === 'exec')).toEqual([]);
  // Each card's own address is still there to be asked for.
  expect(heard('10.9.0.3')).toEqual(['eth1']);
});

it('answers with a card that has no address too, which only the network tells', () => {
  ip('-n', node, 'address', 'delete', '10.9.0.3/24', 'dev', 'eth1');
  for (const name of ['ignore', 'announce']) inside(node, `echo 0 >/proc/sys/net/ipv4/conf/eth1/arp_${name}`);
  expect(heard(address)).toEqual(['eth0', 'eth1']);
});
