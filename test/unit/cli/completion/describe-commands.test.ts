// The table that completion reads is that of the commands as they are defined.
import { expect, it } from 'vitest';
import { describeCommands } from '../../../../src/cli/completion/describe-commands.ts';
import { createProgram } from '../../../../src/cli/program.ts';
import { operations } from '../../../../src/operations/registry.ts';
import { loadPlaybook, shippedPlaybook } from '../../../../src/playbook/load-playbook.ts';

async function phasesOf(playbook: string): Promise<readonly (readonly [string, string])[]> {
  const { phases } = await loadPlaybook(shippedPlaybook(playbook), operations);
  return phases.map(({ name, title }) => [name, title] as const);
}

it('is made anew from the definitions: run the tests with -u when they have changed', async () => {
  const phases: Readonly<Record<string, Awaited<ReturnType<typeof phasesOf>>>> = {
    up: await phasesOf('up'),
    bind: await phasesOf('bind'),
  };
  const program = createProgram({ signal: new AbortController().signal, finish: () => undefined });
  const table = describeCommands(program, (playbook) => phases[playbook] ?? []);
  await expect(`${JSON.stringify(table, undefined, 1)}\n`).toMatchFileSnapshot(
    '../../../../src/cli/completion/commands.json',
  );
});
