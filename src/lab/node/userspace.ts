// How a node's kernel keeps its programs in hand: under a seccomp filter, or, slower, under ptrace.
import { readFile } from 'node:fs/promises';
import { allProcesses, sessionMembers, type NodeSession } from './sessions.ts';

export type Userspace = 'seccomp' | 'ptrace';

/** What this machine's kernel says of the node's processes; undefined before the first program runs in it. */
export async function nodeUserspace(session: NodeSession): Promise<Userspace | undefined> {
  const status = async (processId: number) => readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  const members = sessionMembers(session, await allProcesses()).filter((id) => id !== session.leader);
  return userspaceOf(await status(session.leader), await Promise.all(members.map(status)));
}

/**
 * From /proc/PID/status of the node's kernel and of its other processes, some of which are the kernel's own helpers.
 * Filters that the kernel itself runs under, such as a container's, are not those of its programs.
 */
export function userspaceOf(kernel: string, others: readonly string[]): Userspace | undefined {
  const inherited = field(kernel, 'Seccomp_filters');
  if (others.some((status) => field(status, 'TracerPid') > 0)) return 'ptrace';
  return others.some((status) => field(status, 'Seccomp_filters') > inherited) ? 'seccomp' : undefined;
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(status)?.[1] ?? 0);
}
