// Everything that is wrong with a phase file is found at once, each at its place.
import { describe, expect, it } from 'vitest';
import { loadPhase } from '../../../src/playbook/load-phase.ts';
import { complaints, phaseText, source, testOperations } from './support.ts';

const load = (text: string) => loadPhase(source(text), testOperations);

describe('loadPhase', () => {
  it('reads a task with everything', () => {
    const { tasks } = load(
      phaseText(`
  - name: Load the modules
    op: modules.loaded
    on: workers
    with: { modules: ['\${{ cluster.module }}'] }
    when: ['\${{ cluster.vip != nil }}']
    serial: true
    wait: 5m`),
    );
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      name: 'Load the modules',
      on: 'workers',
      when: [' cluster.vip != nil '],
      serial: true,
      waitMs: 300_000,
    });
    expect(tasks[0]?.operation.name).toBe('modules.loaded');
  });

  it('fills in defaults', () => {
    const { tasks } = load(phaseText('  - { name: Load, op: modules.loaded, with: { modules: [a] } }'));
    expect(tasks[0]).toMatchObject({ on: 'all', when: [], serial: false, waitMs: 0 });
  });

  it('reports all mistakes of a file with their places', () => {
    const text = phaseText(`
  - name: Load
    op: modules.loadd
    wth: {}
  - name: Load
    op: modules.loaded
    with: { modules: [], retry: 2, retries: '\${{ cluster.retries }}' }
    when: [cluster.vip]
    wait: soon
  - name: Third
    op: file.written
    with: { content: '\${{ a and b or c }} \${{ d' }`);
    expect(complaints(() => load(text))).toEqual([
      'test.yaml:6:9: there is no operation "modules.loadd" | Did you mean "modules.loaded"?',
      'test.yaml:7:5: unknown key "wth" in tasks[0] | Did you mean "with"?',
      'test.yaml:8:11: another task of this phase has the same name (line 5)',
      'test.yaml:10:22: tasks[1].with.modules must have at least 1 entry',
      'test.yaml:10:26: unknown key "retry" in tasks[1].with | The keys here are modules and retries.',
      "test.yaml:11:12: a condition must be one expression in ${{ }} | Write '${{ cluster.vip }}', in quotes.",
      'test.yaml:12:11: tasks[1].wait must be a duration such as 90s or 5m, at most 24h, is "soon"',
      'test.yaml:15:5: "path" is missing in tasks[2].with',
      expect.stringContaining('test.yaml:15:23: expression "a and b or c": "and" and "or" together'),
      'test.yaml:15:43: "${{" without "}}"',
    ]);
  });

  it('refuses a second task of the same name', () => {
    const text = phaseText(`
  - { name: Load, op: modules.loaded, with: { modules: [a] } }
  - { name: Load, op: modules.loaded, with: { modules: [b] } }`);
    expect(complaints(() => load(text))).toEqual([
      'test.yaml:6:13: another task of this phase has the same name (line 5)',
    ]);
  });

  it.each([
    ['', 'test.yaml:1:1: the file is empty'],
    ['- 1', 'test.yaml:1:1: the file must be a map of keys and values, is a list'],
    ['name: test\ntitle: Test\ntasks: []', 'test.yaml:3:8: tasks must have at least 1 entry'],
    [
      'name: a b\ntitle: Test\ntasks: []',
      'test.yaml:1:7: name must be lower-case words with "-" between them',
    ],
  ])('refuses %j', (text, message) => {
    expect(complaints(() => load(text))).toContainEqual(expect.stringContaining(message));
  });
});
