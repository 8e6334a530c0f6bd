import { describe, expect, it } from 'vitest';
import { reportPage } from '../../../../src/ui/report/page.ts';
import {
  brokenRun,
  goodNodes,
  goodRun,
  problem,
  proofOf,
  sampleAddress,
  sampleBackend,
  sampleNode,
  sampleRun,
} from '../../../support/sample-proof.ts';

const maker = { name: 'ipvs-bootstrap', version: '0.1.0' };
const page = (run: typeof goodRun): string => reportPage(proofOf(run), maker);

/** The words of a page, without markup. */
function words(text: string): string {
  return text
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('the page about verify', () => {
  it('says that all is well, for which cluster, when, and with which versions', () => {
    const text = words(page(goodRun));
    expect(text).toContain('✓ All well');
    expect(text).toContain('cluster lab');
    expect(text).toContain('2026-11-23 08:31:05 UTC');
    expect(text).toContain('Kubernetes v1.20.2');
    expect(text).toContain('ipvs-bootstrap 0.1.0');
    expect(text).not.toContain('What is wrong');
  });

  it('draws each external IP with its nodes, virtual server and pods', () => {
    const text = words(page(goodRun));
    expect(text).toContain('external IP 100.67.151.9 TCP port 80 user-a-ns/nginx');
    expect(text).toContain('4 nodes alike master1, master2, master3, worker1 hold it on kube-ipvs0');
    expect(text).toContain('virtual server rr');
    expect(text).toMatch(
      /nginx-7c5ddbdf54-k8x2p 10\.244\.3\.4:80 on worker1 weight 1 · 8 open · 124 closing/,
    );
  });

  it('shows what the cluster’s DNS told each node, where it was asked', () => {
    expect(words(page(goodRun))).not.toContain('Cluster DNS');
    const asked = (node: string, right: number, ...answers: string[]) =>
      ({
        type: 'report',
        phase: 'traffic',
        task: 'Look up',
        host: node,
        rows: [],
        data: {
          kind: 'dns',
          node,
          name: 'kubernetes.default.svc.cluster.local',
          exchanges: [
            { address: '10.96.0.10', protocol: 'UDP', answers, right },
            { address: '10.96.0.10', protocol: 'TCP', answers: ['10.96.0.1', '10.96.0.1'], right: 2 },
          ],
        },
      }) as const;
    const run = sampleRun(goodNodes, [
      asked('worker1', 1, '10.96.0.1', 'no answer'),
      asked('master1', 2, '10.96.0.1', '10.96.0.1'),
    ]);
    const text = page(run);
    expect(words(text)).toContain('asked for kubernetes.default.svc.cluster.local by both protocols');
    expect(words(text)).toMatch(
      /master1 10\.96\.0\.10 ✓ 10\.96\.0\.1 ✓ 10\.96\.0\.1 worker1 10\.96\.0\.10 ✗ 1 of 2 right: 10\.96\.0\.1, no answer ✓ 10\.96\.0\.1/,
    );
    expect(
      text.match(/<tr role="row" class="bad">\s*<th role="rowheader" scope="row">worker1/g),
    ).toHaveLength(1);
  });

  it('counts findings, and says of each what was expected, what was found and what to do', () => {
    const text = words(page(brokenRun));
    expect(text).toContain('✗ 6 findings');
    expect(text).toContain('on 3 hosts. 1 host could not be looked at.');
    expect(text).toContain('real-server.weight-zero worker1');
    expect(text).toContain('expected 1 found 0');
    expect(text).toContain('What to do: kube-proxy repairs this within 30 seconds');
  });

  it('marks the address itself with what was found from elsewhere, or about the whole cluster', () => {
    const web = { address: '100.67.151.9', port: 80 };
    const text = words(
      page(
        sampleRun(goodNodes, [
          problem('controller', 'no answer', { kind: 'traffic.unanswered', ...web, protocol: 'TCP' }),
          problem('master1', 'two Services claim it', { kind: 'claim.other-namespace', ...web, node: null }),
        ]),
      ),
    );
    expect(text).toMatch(/user-a-ns\/nginx ?✗ traffic\.unanswered ?✗ claim\.other-namespace/);
    expect(text).toContain('claim.other-namespace the whole cluster');
    expect(text).toContain('The cluster is not as it should be, on 1 host.');
  });

  it('says the same finding of several nodes once', () => {
    const text = words(page(brokenRun));
    expect(text.match(/will not be loaded when/g)).toHaveLength(1);
    expect(text).toContain('The same on master2.');
  });

  it('marks in the picture what a finding is about, and links to it', () => {
    const text = page(brokenRun);
    const marks = [...text.matchAll(/href="#finding-(\d+)"/g)].map(([, number]) => number);
    expect(marks.toSorted()).toEqual(['1', '2', '3', '4']);
    for (const number of marks) expect(text).toContain(`id="finding-${number ?? ''}"`);
    expect(words(text)).toContain('worker1 does not hold the address ✗ address.missing');
    expect(words(text)).toContain('virtual server missing TCP 100.67.151.10:80');
  });

  it('has a row for a host that could not be looked at, and says why', () => {
    const text = words(page(brokenRun));
    expect(text).toContain('connect.timeout master3');
    expect(text).toMatch(/master3 – – not looked at/);
  });

  it('is not well when a host could not be looked at, or the run was stopped', () => {
    const error = { code: 'connect.lost', message: 'gone' } as const;
    const failed = sampleRun(goodNodes.slice(1), [{ type: 'host.failed', host: 'master1', error }]);
    expect(words(page(failed))).toContain('✗ 1 host not looked at');
    expect(words(page(goodRun.slice(0, 2)))).toContain('✗ Not finished');
    const unexplained = goodRun.map((event) =>
      event.type === 'run.finished' ? { ...event, exitCode: 6 } : event,
    );
    expect(words(page(unexplained))).toContain('✗ Not finished');
  });

  it('lets no name from the cluster become markup', () => {
    const evil = `<script>alert(1)</script>"'&`;
    const address = sampleAddress(9, evil, [sampleBackend(4, { pod: evil, node: evil })]);
    const node = {
      ...sampleNode('worker1', [{ ...address, scheduler: evil, heldOn: [evil] }]),
      address: evil,
    };
    const found = problem('worker1', evil, { kind: evil, expected: evil, actual: { nested: evil } });
    const warning = {
      type: 'task.warning',
      phase: 'verify',
      task: evil,
      host: 'worker1',
      message: evil,
    } as const;
    const error = { code: 'command.failed', message: evil, hint: evil, detail: evil } as const;
    const text = page(sampleRun([node], [found, warning, { type: 'host.failed', host: evil, error }]));
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(text).not.toContain('<script');
    expect(text).not.toContain(`"'&`);
  });

  it('asks for nothing from elsewhere, and forbids it', () => {
    const text = page(brokenRun);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(text).not.toMatch(/\b(?:src|href)="(?!#|data:)/);
    expect(text).not.toMatch(/@import|url\(|https?:/);
  });

  it('stays small', () => {
    expect(page(goodRun).length).toBeLessThan(20_000);
  });
});
