// Runs the kernel's own makefiles for user-mode Linux.
import { searchPath, runProgram } from '../../local/programs/program.ts';
import type { Report } from '../stage.ts';

/**
 * Runs `make` in the kernel's source tree. Nothing of the user's environment gets in, where CFLAGS, ARCH or
 * CROSS_COMPILE may stand for other work.
 * @throws BootstrapError `lab.failed` with the last lines
 */
export async function makeKernel(
  tree: string,
  words: readonly string[],
  options: { readonly signal: AbortSignal; readonly report?: Report },
): Promise<void> {
  const environment = [
    `PATH=${searchPath(process.env['PATH'])}`,
    'LC_ALL=C',
    'KBUILD_BUILD_USER=lab',
    'KBUILD_BUILD_HOST=ipvs-bootstrap',
  ];
  await runProgram('env', ['-i', ...environment, 'make', 'ARCH=um', ...words], { cwd: tree, ...options });
}
