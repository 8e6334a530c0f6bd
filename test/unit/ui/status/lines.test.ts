import { describe, expect, it } from 'vitest';
import { statusLines } from '../../../../src/ui/status/lines.ts';
import type { StatusEvent, StatusView } from '../../../../src/ui/status/view.ts';
import { createStyle, type Style } from '../../../../src/ui/style.ts';
import { externalIP, realServer, statusEvent, statusNode } from '../../../support/sample-status.ts';

/** Marks instead of colours, so that tests can see what is painted. */
const marks: Style = {
  isColoured: true,
  good: (text) => text,
  bad: (text) => `!${text}!`,
  changed: (text) => `*${text}*`,
  faint: (text) => text,
  strong: (text) => text,
};

function shown(event: StatusEvent, view: Partial<StatusView> = {}): readonly string[] {
  return statusLines(event, { style: createStyle(false), width: 200, ...view });
}

const line = (lines: readonly string[], start: string): string =>
  lines.find((one) => one.replaceAll(/[!*]/g, '').startsWith(start)) ?? '';

describe('the screen of status', () => {
  it('shows nodes, the virtual IP and external IPs with their pods', () => {
    expect(shown(statusEvent())).toEqual([
      'lab   3 nodes, API at 100.67.151.8:6443',
      'virtual IP 100.67.151.8: held by master2 (eth0)',
      'cluster DNS 10.96.0.10: 2 of 2 pods ready',
      '',
      'NODE      STATE   ROLES           ADDRESS        KUBELET   KUBE-PROXY     VIRTUAL SERVERS   REAL SERVERS   ACTIVE   INACTIVE',
      'master1   Ready   control-plane   100.67.151.2   v1.20.2   ipvs v1.20.2   5                 9              3        40',
      'master2   Ready   control-plane   100.67.151.2   v1.20.2   ipvs v1.20.2   5                 9              3        40',
      'worker1   Ready   worker          100.67.151.2   v1.20.2   ipvs v1.20.2   5                 9              3        40',
      '',
      'EXTERNAL IP           SERVICE           ANSWERED BY   POD       REAL SERVER     ON        ACTIVE   INACTIVE   WEIGHT',
      'TCP 100.67.151.9:80   user-a-ns/nginx   all 3         nginx-4   10.244.3.4:80   worker1   1        20         1',
      '                                                      nginx-5   10.244.3.5:80   worker1   1        20         1',
    ]);
  });

  it('tells how many pods serve the cluster’s DNS, and marks one that nobody serves', () => {
    const dns = (clusterDns: StatusEvent['clusterDns']): string =>
      line(shown(statusEvent({ clusterDns }), { style: marks }), 'cluster DNS');
    expect(dns(null)).toBe('');
    expect(dns({ addresses: ['10.96.0.10', 'fd00:96::a'], ready: 1, wanted: 2 })).toBe(
      'cluster DNS 10.96.0.10, fd00:96::a: 1 of 2 pods ready',
    );
    expect(dns({ addresses: ['10.96.0.10'], ready: 1, wanted: null })).toBe(
      'cluster DNS 10.96.0.10: 1 pod ready',
    );
    expect(dns({ addresses: ['10.96.0.10'], ready: 0, wanted: 1 })).toBe(
      '!cluster DNS 10.96.0.10: 0 of 1 pod ready!',
    );
    expect(dns({ addresses: [], ready: 0, wanted: 2 })).toBe(
      '!cluster DNS without a Service: 0 of 2 pods ready!',
    );
  });

  it('says under a silent node for how long and why, and not what it said before', () => {
    const silent = statusNode('worker1', {
      silentMs: 12_000,
      error: { code: 'connect.lost', message: 'worker1: the connection was lost' },
    });
    const lines = shown(statusEvent({ nodes: [statusNode('master1'), silent] }));
    expect(lines[0]).toContain('1 of 2 nodes answering');
    expect(line(lines, 'worker1')).toBe('worker1   no answer   worker          100.67.151.2   v1.20.2');
    expect(lines).toContain('  silent for 12.0 s: worker1: the connection was lost');
  });

  it('gives only the reason for a node that could not be reached at all', () => {
    const error = { code: 'connect.refused', message: 'nothing listens there' } as const;
    const lines = shown(statusEvent({ nodes: [statusNode('worker1', { silentMs: 3, error })] }));
    expect(lines).toContain('  nothing listens there');
  });

  it('does not know who holds the virtual IP when a node is silent', () => {
    const nodes = [statusNode('master1', { silentMs: 9000 })];
    const lines = shown(statusEvent({ nodes, virtualIP: { address: '100.67.151.8', holders: [] } }));
    expect(lines[1]).toBe('virtual IP 100.67.151.8: held by nobody that answers');
  });

  it('marks a virtual IP that nobody holds, or more than one', () => {
    const none = statusEvent({ virtualIP: { address: '100.67.151.8', holders: [] } });
    expect(line(shown(none, { style: marks }), 'virtual IP')).toBe(
      '!virtual IP 100.67.151.8: held by nobody!',
    );
    const holders = ['a', 'b'].map((node) => ({ node, interfaces: ['eth0'] }));
    const two = statusEvent({ virtualIP: { address: '100.67.151.8', holders } });
    expect(line(shown(two, { style: marks }), 'virtual IP')).toBe(
      '!virtual IP 100.67.151.8: held by a (eth0) and b (eth0)!',
    );
  });

  it('says that the API does not answer, and shows what it said before', () => {
    const event = statusEvent({ api: { host: 'master1', reason: 'no answer for 7 s' } });
    expect(line(shown(event), 'no answer')).toBe(
      'no answer from the API, asked on master1: no answer for 7 s; below is what it said before',
    );
    expect(shown({ ...event, externalIPs: [] }).at(-1)).toBe('Nothing is known of external IPs.');
  });

  it('names the nodes that hold an address, and the interface that is no kube-ipvs0', () => {
    const holders = [{ node: 'worker1', interfaces: ['eth0'] }];
    expect(line(shown(statusEvent({ externalIPs: [externalIP({ holders })] })), 'TCP')).toContain(
      'worker1 (eth0)',
    );
    expect(
      line(shown(statusEvent({ externalIPs: [externalIP({ holders: [] })] }), { style: marks }), 'TCP'),
    ).toContain('!nobody!');
  });

  it('says on which node a real server has another weight, or is missing', () => {
    const weights = [
      { node: 'master1', weight: 1 },
      { node: 'master2', weight: 1 },
      { node: 'worker1', weight: 0 },
    ];
    const odd = externalIP({ realServers: [realServer(4, { weights })] });
    expect(line(shown(statusEvent({ externalIPs: [odd] }), { style: marks }), 'TCP')).toMatch(
      /!1 \(0 on worker1\)!$/,
    );
    const gone = weights.map(({ node }) => ({ node, weight: null }));
    const missing = externalIP({ realServers: [realServer(4, { weights: gone })] });
    expect(line(shown(statusEvent({ externalIPs: [missing] }), { style: marks }), 'TCP')).toMatch(
      /!missing!$/,
    );
  });

  it('marks kube-proxy in another mode', () => {
    const nodes = [statusNode('worker1', { proxyMode: 'iptables' })];
    expect(line(shown(statusEvent({ nodes }), { style: marks }), 'worker1')).toContain('!iptables v1.20.2!');
  });

  it('marks counts that have changed since the last look', () => {
    const later = externalIP({ realServers: [realServer(4, { inactive: 21 }), realServer(5)] });
    const lines = shown(statusEvent({ externalIPs: [later] }), { style: marks, before: statusEvent() });
    expect(line(lines, 'TCP')).toContain('*21*');
    expect(lines.at(-1)).not.toContain('*');
  });

  it.each([20, 36, 60, 80, 120])('fits a width of %i', (width) => {
    const weights = [{ node: 'master1', weight: null }];
    const event = statusEvent({
      api: { host: 'master1', reason: 'a long reason '.repeat(10) },
      nodes: [
        statusNode('master1', { silentMs: 1, error: { code: 'connect.lost', message: 'x'.repeat(99) } }),
      ],
      externalIPs: [externalIP({ realServers: [realServer(4, { weights })] })],
    });
    for (const text of shown(event, { width })) expect(text.length).toBeLessThanOrEqual(width);
  });

  it('keeps address, connections and weight on a narrow screen', () => {
    const [heading] = shown(statusEvent(), { width: 60 }).filter((text) => text.startsWith('EXTERNAL'));
    expect(heading).toBe('EXTERNAL IP           REAL SERVER     ACTIVE   WEIGHT');
  });
});
