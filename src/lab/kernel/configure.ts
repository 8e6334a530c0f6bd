// Configures the kernel's source tree by the lab's configuration, and checks that the series knows all of it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { makeKernel } from './make.ts';

/** @throws BootstrapError `lab.failed` when the series does not have something that the configuration asks for */
export async function configureKernel(
  tree: string,
  configuration: string,
  signal: AbortSignal,
): Promise<void> {
  await makeKernel(tree, [`KCONFIG_ALLCONFIG=${configuration}`, 'allnoconfig'], { signal });
  const missing = notTaken(
    await readFile(configuration, 'utf8'),
    await readFile(join(tree, '.config'), 'utf8'),
  );
  if (missing.length === 0) return;
  throw new BootstrapError('lab.failed', 'this series of Linux cannot be configured as the lab needs it', {
    detail: `Not taken: ${missing.join(' ')}`,
    hint: `${configuration} asks for them.`,
  });
}

/** The settings that were asked for and are not in the result: an option that is gone, or whose condition is not met. */
export function notTaken(asked: string, result: string): readonly string[] {
  const taken = new Set(settings(result));
  return settings(asked).filter((line) => !taken.has(line));
}

function settings(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('CONFIG_'));
}
