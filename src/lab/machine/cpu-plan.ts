// Which processor each node is pinned to: unpinned, everything in a node is several times slower.
import { readFile } from 'node:fs/promises';

/** Chooses for `count` nodes, one after the other, the processor that has the fewest; `used` has one entry a node. */
export function chooseCpus(
  allowed: readonly number[],
  used: readonly number[],
  count: number,
): readonly number[] {
  const taken = [...used];
  return Array.from({ length: count }, () => {
    const load = (cpu: number) => taken.filter((one) => one === cpu).length;
    const cpu = allowed.reduce((best, one) => (load(one) < load(best) ? one : best), allowed[0] ?? 0);
    taken.push(cpu);
    return cpu;
  });
}

/** The processors that this process may use. */
export async function allowedCpus(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  return parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '0');
}

/** Reads the kernel's notation of a set of processors, such as `0-2,5`. */
export function parseCpuList(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
