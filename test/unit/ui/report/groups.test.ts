import { describe, expect, it } from 'vitest';
import { drawnAddresses, isBad } from '../../../../src/ui/report/groups.ts';
import {
  brokenRun,
  goodNodes,
  problem,
  proofOf,
  sampleAddress,
  sampleBackend,
  sampleNode,
  sampleRun,
} from '../../../support/sample-proof.ts';

describe('drawnAddresses', () => {
  it('puts nodes that serve an address alike into one group, with their connections added up', () => {
    const [first] = drawnAddresses(proofOf(sampleRun(goodNodes)));
    expect(first?.groups.map(({ nodes }) => nodes)).toEqual([['master1', 'master2', 'master3', 'worker1']]);
    expect(first?.groups[0]?.backends[0]).toMatchObject({ weight: 1, active: 8, inactive: 124 });
  });

  it('sets a node apart that serves it otherwise, after those that are well', () => {
    const [first, second] = drawnAddresses(proofOf(brokenRun));
    expect(first?.groups.map(({ nodes }) => nodes)).toEqual([['master1', 'master2'], ['worker1']]);
    expect(second?.groups.map(({ nodes }) => nodes)).toEqual([['master1'], ['master2'], ['worker1']]);
    expect(second?.groups.map(isBad)).toEqual([false, true, true]);
  });

  it('gives a finding to the real server that it names, else to the node', () => {
    const [first, second] = drawnAddresses(proofOf(brokenRun));
    const kinds = first?.groups[1]?.backends.map(({ findings }) => findings.map(({ kind }) => kind));
    expect(kinds).toEqual([['real-server.weight-zero'], ['real-server.missing']]);
    expect(second?.groups[1]?.findings.map(({ kind }) => kind)).toEqual(['virtual-server.missing']);
  });

  it('keeps a finding about a real server that is gone by now', () => {
    const place = { address: '100.67.151.9', port: 80, protocol: 'TCP', realServer: '10.244.9.9:80' };
    const found = problem('worker1', 'worker1 sends to 10.244.9.9:80', {
      kind: 'real-server.extra',
      ...place,
    });
    const [first] = drawnAddresses(proofOf(sampleRun(goodNodes, [found])));
    expect(first?.groups.at(-1)?.findings.map(({ kind }) => kind)).toEqual(['real-server.extra']);
  });

  it('sets a node apart for a finding alone, also when its table looks like the others', () => {
    const found = problem('master1', 'no answer', {
      kind: 'traffic.unanswered',
      address: '100.67.151.9',
      port: 80,
    });
    const [first, second] = drawnAddresses(proofOf(sampleRun(goodNodes, [found])));
    expect(first?.groups.map(({ nodes }) => nodes.length)).toEqual([3, 1]);
    expect(second?.groups).toHaveLength(1);
  });

  it('keeps ports of one address apart', () => {
    const address = sampleAddress(9, 'a/web', [sampleBackend(4)]);
    const node = sampleNode('worker1', [address, { ...address, port: 443 }, { ...address, protocol: 'UDP' }]);
    const drawn = drawnAddresses(proofOf(sampleRun([node])));
    expect(drawn.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual(['TCP 80', 'TCP 443', 'UDP 80']);
  });
});
