// Steps as they are shown.
import { describe, expect, it } from 'vitest';
import { cmd } from '../../../../src/core/command.ts';
import { Secret } from '../../../../src/core/secret.ts';
import { stepView } from '../../../../src/engine/events/step-view.ts';

const write = { kind: 'write', title: 'write it', path: '/etc/x', content: 'a\nb\n', mode: 0o644 } as const;

describe('stepView', () => {
  it('shows a new file against nothing', () => {
    expect(stepView(write).diff).toBe('--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b\n');
  });

  it('shows a change with its context, and a missing end of line', () => {
    expect(stepView({ ...write, before: 'a\nc' }).diff).toBe(
      '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n a\n-c\n\\ No newline at end of file\n+b\n',
    );
  });

  it('names a secret instead of showing it, the old content neither', () => {
    const view = stepView({ ...write, content: new Secret('new', 'join configuration'), before: 'old' });
    expect(view.diff).toBe('(secret: join configuration)\n');
  });

  it('shows what a command changes', () => {
    const change = { name: 'Service a/nginx', before: 'port: 80\n', after: 'port: 81\n' };
    const view = stepView({
      kind: 'exec',
      title: 'change it',
      command: cmd`kubectl apply`,
      change,
      on: 'm1',
    });
    expect(view).toEqual({
      kind: 'exec',
      title: 'change it',
      on: 'm1',
      diff: '--- Service a/nginx\n+++ Service a/nginx\n@@ -1,1 +1,1 @@\n-port: 80\n+port: 81\n',
    });
  });

  it('never shows a command', () => {
    expect(stepView({ kind: 'exec', title: 'do it', command: cmd`secretly` })).toEqual({
      kind: 'exec',
      title: 'do it',
    });
  });

  it('shows the path of what is removed or sent', () => {
    expect(stepView({ kind: 'remove', title: 'remove it', path: '/etc/x' })).toEqual({
      kind: 'remove',
      title: 'remove it',
      path: '/etc/x',
    });
  });
});
