// Compiles the kernel and its modules, saying how far it is.
import { allowedCpus } from '../machine/cpu-plan.ts';
import type { Report } from '../stage.ts';
import { makeKernel } from './make.ts';
import { formatLeft } from '../time-left.ts';

/** Lines that make prints for series 7.2: one per file, of which nearly all are compilations. */
const fileCount = 1900;

/** Compiles on all processors that this process may use. */
export async function compileKernel(tree: string, report: Report, signal: AbortSignal): Promise<void> {
  const jobs = (await allowedCpus()).length;
  const started = performance.now();
  let count = 0;
  const onLine = (line: string): void => {
    const file = builtFile(line);
    if (file === undefined) return;
    count++;
    report(progress(count, performance.now() - started, file));
  };
  await makeKernel(tree, [`-j${jobs}`, 'linux', 'modules'], { signal, report: onLine });
}

/** The file that a line of make's names, such as `  CC [M]  net/netfilter/ipvs/ip_vs_rr.o`. */
export function builtFile(line: string): string | undefined {
  return /^ {2}[A-Z]+(?: \[M\])? +(\S+)$/.exec(line)?.[1];
}

/** What is done and about what is left: most files take the same time. */
export function progress(count: number, elapsedMs: number, file: string): string {
  const total = Math.max(fileCount, count);
  const left = (elapsedMs / count) * (total - count);
  return `compiling: ${count} of about ${total} files, ${formatLeft(left)} left, ${file}`;
}
