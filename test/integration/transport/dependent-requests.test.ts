// Requests that are run only when the one before them succeeded, sent without waiting in between.
import { afterEach, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import { skippedExitCode, type Host, type HostRequest } from '../../../src/core/host.ts';
import { openLocalHost } from '../../../src/transport/local-host.ts';

const open: Host[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.close()));
});

describe.each(['/bin/sh', '/bin/bash'])('in %s', (loopShell) => {
  async function runAll(requests: readonly (Omit<HostRequest, 'command'> & { readonly text: string })[]) {
    const host = await openLocalHost({ become: false, loopShell });
    open.push(host);
    const answers = requests.map(({ text, ...rest }) => host.run({ command: script(text), ...rest }));
    const results = await Promise.allSettled(answers);
    return {
      host,
      flights: host.statistics().roundTrips,
      results: results.map((result) =>
        result.status === 'fulfilled'
          ? `${result.value.exitCode} ${result.value.stdout}`.trim()
          : (result.reason as { code: string }).code,
      ),
    };
  }
  const dependent = (text: string, stdin = '') => ({ text, onlyAfterSuccess: true, stdin });

  it('all run when all succeed, in one round trip', async () => {
    const { results, flights } = await runAll([
      { text: 'echo a' },
      dependent('cat', 'b'),
      dependent('echo c'),
    ]);
    expect(results).toEqual(['0 a', '0 b', '0 c']);
    expect(flights).toBe(1);
  });

  it('those behind a failure are left out, with their stdin, until one that does not depend', async () => {
    const { results } = await runAll([
      { text: 'exit 3' },
      dependent('cat', 'not to be seen'.repeat(10_000)),
      dependent('echo no'),
      { text: 'echo yes' },
      dependent('echo yes'),
    ]);
    const skipped = String(skippedExitCode);
    expect(results).toEqual(['3', skipped, skipped, '0 yes', '0 yes']);
  });

  it('those behind a command that took too long are left out, also by the shell that comes after', async () => {
    const { results } = await runAll([
      { text: 'sleep 60', timeoutMs: 300 },
      dependent('echo no'),
      dependent('echo no'),
      { text: 'echo yes' },
    ]);
    const skipped = String(skippedExitCode);
    expect(results).toEqual(['command.timeout', skipped, skipped, '0 yes']);
  });

  it('those behind a shell that was killed are left out', async () => {
    const { results } = await runAll([
      { text: 'kill -9 $$; sleep 60' },
      dependent('echo no'),
      { text: 'echo yes' },
    ]);
    expect(results).toEqual(['connect.lost', String(skippedExitCode), '0 yes']);
  });

  it('the first request of a shell has no success before it', async () => {
    const { results } = await runAll([dependent('echo no')]);
    expect(results).toEqual([String(skippedExitCode)]);
  });
});
