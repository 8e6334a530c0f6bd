// Binding decides hosts, conditions and arguments before any host is touched.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { bindPhases } from '../../../src/playbook/bind.ts';
import { loadPhase } from '../../../src/playbook/load-phase.ts';
import { complaints, phaseText, source, testOperations } from './support.ts';

const hosts = [
  { name: 'm1', roles: ['control-plane'] },
  { name: 'm2', roles: ['control-plane', 'worker'] },
  { name: 'w1', roles: ['worker'] },
];
const key = new Secret('very secret', 'key');
const contextOf = (name: string) => ({
  host: { name, isWorker: name === 'w1' },
  cluster: { modules: ['ip_vs', 'ip_vs_rr'], retries: 9, vip: null },
  run: { key },
});

const bind = (tasks: string, limit?: readonly string[]) =>
  bindPhases([loadPhase(source(phaseText(tasks)), testOperations)], {
    hosts,
    contextOf,
    limit,
  })[0]?.tasks ?? [];
const hostsOf = (on: string, limit?: readonly string[]) =>
  bind(`  - { name: T, op: modules.loaded, on: ${on}, with: { modules: [a] } }`, limit)
    .flatMap((task) => task.hosts)
    .map(({ host }) => host);

describe('host selectors', () => {
  it.each([
    ['all', ['m1', 'm2', 'w1']],
    ['control-planes', ['m1', 'm2']],
    ['first-control-plane', ['m1']],
    ['other-control-planes', ['m2']],
    ['workers', ['w1']],
    ['controller', ['controller']],
    ['m2', ['m2']],
  ])('%s', (on, expected) => {
    expect(hostsOf(on)).toEqual(expected);
  });

  it('are cut down by the limit, which does not change who is first', () => {
    expect(hostsOf('all', ['m2', 'w1'])).toEqual(['m2', 'w1']);
    expect(hostsOf('first-control-plane', ['m2'])).toEqual([]);
    expect(hostsOf('controller', ['m2'])).toEqual(['controller']);
  });

  it('that mean nothing are named with the nearest that does', () => {
    expect(complaints(() => hostsOf('wokers'))).toEqual([
      'test.yaml:4:40: there is no group or host "wokers" | Did you mean "workers"?',
    ]);
  });
});

describe('arguments', () => {
  it('keep the types of expressions, and are checked and completed by the schema', () => {
    const [task] = bind(
      "  - { name: T, op: modules.loaded, on: w1, with: { modules: '${{ cluster.modules }}' } }",
    );
    expect(task?.hosts).toEqual([{ host: 'w1', args: { modules: ['ip_vs', 'ip_vs_rr'], retries: 1 } }]);
  });

  it('fill texts per host and pass secrets through', () => {
    const [task] = bind(
      "  - { name: T, op: file.written, with: { path: '/x/${{ host.name }}.conf', content: '${{ run.key }}' } }",
    );
    expect(task?.hosts[2]).toEqual({ host: 'w1', args: { path: '/x/w1.conf', content: key } });
  });

  it('do not evaluate what an expression gave', () => {
    const [phase] = [
      loadPhase(
        source(phaseText("  - { name: T, op: file.written, with: { path: '${{ a }}', content: x } }")),
        testOperations,
      ),
    ];
    const bound = bindPhases([phase], { hosts, contextOf: () => ({ a: '${{ b }}' }) });
    expect(bound[0]?.tasks[0]?.hosts[0]).toMatchObject({ args: { path: '${{ b }}' } });
  });

  it('report every mistake once over all hosts, at the expression that made it', () => {
    const action = () =>
      bind(`
  - name: A
    op: modules.loaded
    with:
      modules: ['\${{ cluster.nmae }}']
      retries: '\${{ cluster.retries }}'
  - name: B
    op: modules.loaded
    with:
      modules: [a]
      retries: '\${{ cluster.retries }}'
  - name: C
    op: file.written
    with: { path: 'x\${{ run.key }}', content: x }`);
    expect(complaints(action)).toEqual([
      'test.yaml:8:18: expression "cluster.nmae": there is no "nmae" in cluster | What can stand here: modules, retries, vip.',
      'test.yaml:14:16: with.retries must be at most 5, is 9 | This is about the value that the expression gives for m1.',
      'test.yaml:17:21: expression "run.key" gives a secret, which cannot be part of a text',
    ]);
  });
});

describe('conditions', () => {
  const when = (...conditions: readonly string[]) =>
    bind(`
  - name: T
    op: modules.loaded
    with: { modules: ['\${{ cluster.modules[0] }}'] }
    when: [${conditions.map((text) => `'\${{ ${text} }}'`).join(', ')}]`)[0]?.hosts;

  it('must all hold; the one that does not is named', () => {
    expect(when('host.isWorker', 'cluster.vip == nil')).toEqual([
      { host: 'm1', skipped: 'host.isWorker' },
      { host: 'm2', skipped: 'host.isWorker' },
      { host: 'w1', args: { modules: ['ip_vs'], retries: 1 } },
    ]);
  });

  it('must be true or false', () => {
    expect(complaints(() => when('cluster.modules'))).toEqual([
      'test.yaml:8:12: the condition must give true or false, gives a list | Compare it, for example with "!= nil".',
    ]);
  });

  it('must not be a text made of a map', () => {
    for (const text of ['cluster | join', 'cluster | upcase']) {
      expect(complaints(() => when(text))).toEqual([
        'test.yaml:8:12: the condition must give true or false, gives a text made of a map | Compare it, for example with "!= nil".',
      ]);
    }
  });

  it('keep arguments from being evaluated', () => {
    const [task] = bind(`
  - name: T
    op: file.written
    with: { path: '\${{ cluster.absent }}', content: x }
    when: ['\${{ cluster.vip != nil }}']`);
    expect(task?.hosts[0]).toEqual({ host: 'm1', skipped: 'cluster.vip != nil' });
  });
});
