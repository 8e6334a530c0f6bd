// The question who answers by ARP, put to a real network of three namespaces in which two hosts have the same address.
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arpAnswers, type ArpAnswers } from '../../../src/facts/network/arp-answers.ts';
import { hostHardware } from '../../../src/facts/network/host-hardware.ts';

const [asker, twin, other] = ['a', 'b', 'c'].map((name) => `arp-${process.pid}-${name}`) as [
  string,
  string,
  string,
];
const shared = '10.9.0.100';
const single = '10.9.0.101';
const nobodys = '10.9.0.102';

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}

function inside(namespace: string, text: string) {
  const { stdout, stderr, status } = spawnSync('ip', ['netns', 'exec', namespace, 'sh', '-c', text], {
    encoding: 'utf8',
  });
  return { stdout, stderr, exitCode: status ?? 255 };
}

function ask(
  namespace: string,
  addresses: readonly string[],
  device: string | null,
  node: string,
): ArpAnswers {
  const question = { interface: device, nodeAddress: node, addresses };
  return arpAnswers.parse(inside(namespace, arpAnswers.probe(question).text), question);
}

function hardwareOf(namespace: string): string {
  const [first] = hostHardware.parse(inside(namespace, hostHardware.probe(undefined).text), undefined);
  return first?.hardware ?? '';
}

beforeAll(() => {
  for (const namespace of [asker, twin, other]) ip('netns', 'add', namespace);
  ip('-n', asker, 'link', 'add', 'br0', 'type', 'bridge');
  ip('-n', asker, 'address', 'add', '10.9.0.1/24', 'dev', 'br0');
  for (const [index, namespace] of [twin, other].entries()) {
    const port = `port${index}`;
    ip('-n', asker, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    ip('-n', asker, 'link', 'set', port, 'master', 'br0', 'up');
    ip('-n', namespace, 'address', 'add', `10.9.0.${index + 2}/24`, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) ip('-n', namespace, 'link', 'set', device, 'up');
    ip('-n', namespace, 'address', 'add', `${shared}/32`, 'dev', 'lo');
  }
  ip('-n', other, 'address', 'add', `${single}/32`, 'dev', 'lo');
  ip('-n', asker, 'link', 'set', 'br0', 'up');
});

afterAll(() => {
  for (const namespace of [asker, twin, other]) ip('netns', 'delete', namespace);
});

it('hears everybody who answers, each once, within a second or so', () => {
  const started = Date.now();
  const { answers, ...place } = ask(asker, [shared, single, nobodys], null, '10.9.0.1');
  expect(Date.now() - started).toBeLessThan(3000);
  expect(place).toEqual({ interface: { name: 'br0', network: '10.9.0.1/24' }, hasArping: true });
  const of = (address: string) =>
    answers.flatMap((one) => (one.address === address ? [one.hardware] : [])).sort();
  expect(of(shared)).toEqual([hardwareOf(twin), hardwareOf(other)].sort());
  expect(of(single)).toEqual([hardwareOf(other)]);
  expect(of(nobodys)).toEqual([]);
});

it('does not hear the asker itself, and tells nobody whose the address is', () => {
  const { answers } = ask(twin, [shared], 'eth0', '10.9.0.2');
  expect(answers).toEqual([{ address: shared, hardware: hardwareOf(other) }]);
  expect(inside(other, 'ip neigh show').stdout).not.toContain(shared);
});

it('says when there is no such interface', () => {
  expect(ask(asker, [shared], 'eth7', '10.9.0.1').interface).toBeNull();
});
