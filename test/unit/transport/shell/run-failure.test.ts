// What errors of the transport show of a host's words.
import { expect, it } from 'vitest';
import {
  commandTimeout,
  interrupted,
  stopped,
  uploadFailed,
} from '../../../../src/transport/shell/run-failure.ts';
import { startFailure, sudoRefused } from '../../../../src/transport/shell/start-failure.ts';

it.each([
  ['a command that took too long', (said: string) => commandTimeout('m1', 1000, said)],
  ['a file that was not written', (said: string) => uploadFailed('m1', '/etc/x', 1, said)],
  ['a shell that did not start', (said: string) => sudoRefused('m1', said)],
])('is cut so that a secret is still known as one: %s', (_title, failure) => {
  const secret = 'hunter2'.repeat(10);
  for (let after = 1900; after <= 2000; after += 1) {
    const { detail = '' } = failure(`password ${secret} ${'x'.repeat(after - 1)}`);
    expect(detail.replaceAll(secret, '')).not.toContain('hunter2');
    expect(detail).toContain('xxx');
  }
});

it.each([
  ['false', ''],
  ['nologin', 'This account is currently not available.\r\n'],
])('says of an account whose shell is %s that it has none, and nothing of sudo', (_shell, said) => {
  const error = startFailure('m1', true, said);
  expect(error).toMatchObject({ code: 'connect.shell', where: { host: 'm1' } });
  expect(error.hint).toContain('no shell (nologin or false in /etc/passwd)');
});

it.each([
  ['sudo: a password is required', '--ask-become-pass'],
  ['/bin/sh: 1: exec: sudo: not found', 'sudo is not installed'],
  ['bash: line 1: exec: sudo: not found', 'sudo is not installed'],
  ['Sorry, user ada is not allowed to execute', 'see sudoers'],
])('knows by "%s" what sudo lacks', (said, hint) => {
  const error = startFailure('m1', true, said);
  expect(error).toMatchObject({ code: 'connect.sudo' });
  expect(error.hint).toContain(hint);
});

it('tells of what was stopped whether it may still run', () => {
  const failure = interrupted('m1', undefined);
  expect(stopped(failure, true)).toBe(failure);
  expect(stopped(failure, false)).toMatchObject({
    code: 'interrupted',
    data: { isRunning: true },
    hint: expect.stringContaining('may still run') as string,
  });
  expect(stopped(commandTimeout('m1', 1000, ''), false)).toMatchObject({
    code: 'command.timeout',
    data: { limitMs: 1000, isRunning: true },
  });
});
