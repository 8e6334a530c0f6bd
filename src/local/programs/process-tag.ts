// Names a process for good: its id alone may be given to another process later, its start time tells them apart.
import { readFile } from 'node:fs/promises';

/** A file-name-safe tag of this process: `PID-STARTTIME`. */
export async function ownProcessTag(): Promise<string> {
  return `${process.pid}-${(await startTime(process.pid)) ?? '0'}`;
}

/** Whether the process that a tag (with anything behind it) was made for is still running. */
export async function processTagIsAlive(tag: string): Promise<boolean> {
  const match = /^(\d+)-(\d+)/.exec(tag);
  if (match === null) return false;
  return (await startTime(Number(match[1]))) === match[2];
}

/** Clock ticks between boot and the start of a process; undefined when there is no such process. */
async function startTime(processId: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => undefined);
  // The second field, the program's name in parentheses, may itself hold spaces and parentheses.
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);
}
