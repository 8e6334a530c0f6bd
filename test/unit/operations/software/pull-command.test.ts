// What containerd is asked over the CRI, byte for byte.
import { describe, expect, it } from 'vitest';
import {
  pullCommand,
  pullRequest,
  tolerantPullCommand,
} from '../../../../src/operations/software/pull-command.ts';

describe('a request to pull', () => {
  it('is a message of gRPC with the name of the image', () => {
    expect(pullRequest('a/b:1').toString('hex')).toBe(`00000000090a070a05612f623a31`);
  });

  it('has lengths of two bytes where one is not enough', () => {
    const name = `registry.example/${'x'.repeat(183)}`;
    expect(pullRequest(name).toString('hex')).toBe(
      `00000000ce0acb010ac801${Buffer.from(name).toString('hex')}`,
    );
  });
});

it('names the image in no other way than by these bytes', () => {
  const { text } = pullCommand('a/b:1', 'v1');
  expect(text).toContain(String.raw`pull_image '\000\000\000\000\011\012\007\012\005\141\057\142\072\061'`);
  expect(text).toContain('http://localhost/runtime.v1.ImageService/PullImage');
});

it('reads no settings of root, and gives up within the time of its step', () => {
  const { text } = pullCommand('a/b:1', 'v1');
  expect(text).toContain('| curl -q -sS ');
  expect(text).toContain('--max-time 3540 ');
});

it('writes down what the host can do without', () => {
  expect(tolerantPullCommand('a/b:1', 'v1').text).toMatch(/ \|\| note_failure a\/b:1$/);
});
