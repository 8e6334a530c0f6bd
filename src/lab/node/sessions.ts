// Finds the processes of a node. Its kernel is one process that leads a session; everything in the node is a child.
import { readdir, readFile } from 'node:fs/promises';

export interface SessionMember {
  readonly processId: number;
  readonly session: number;
  /** Clock ticks between the machine's boot and the start of the process. */
  readonly startTime: number;
}

/** The session that a node's kernel leads: its process id, and its start time, as no other process ever has both. */
export interface NodeSession {
  readonly leader: number;
  readonly startTime: number;
}

/** Reads `PROCESSID-STARTTIME`; undefined for anything else. */
export function parseSession(text: string): NodeSession | undefined {
  const match = /^(\d+)-(\d+)\s*$/.exec(text);
  return match === null ? undefined : { leader: Number(match[1]), startTime: Number(match[2]) };
}

/** All processes of the machine that have not ended. */
export async function allProcesses(): Promise<readonly SessionMember[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    ids.map(async (id) => parseStat(await readFile(`/proc/${id}/stat`, 'utf8').catch(() => ''))),
  );
  return all.filter((one) => one !== undefined);
}

/** Parses /proc/PID/stat. Undefined for a process that has ended and only waits for its parent to notice. */
export function parseStat(stat: string): SessionMember | undefined {
  // The program's name is in parentheses and may itself hold blanks and parentheses.
  const [state = 'X', , , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || state === 'Z' || state === 'X') return undefined;
  return { processId: Number.parseInt(stat, 10), session: Number(session), startTime: Number(rest[15]) };
}

/**
 * The processes that belong to the session, also after its leader has gone. No process gets the leader's id as long
 * as the session has members, so a live leader that started at another time means that the session is gone.
 */
export function sessionMembers(session: NodeSession, processes: readonly SessionMember[]): readonly number[] {
  const leader = processes.find(({ processId }) => processId === session.leader);
  if (leader !== undefined && leader.startTime !== session.startTime) return [];
  return processes
    .filter((one) => one.session === session.leader && one.startTime >= session.startTime)
    .map(({ processId }) => processId);
}

/** Whether the leader itself, that is the node's kernel, runs. */
export function leaderRuns(session: NodeSession, processes: readonly SessionMember[]): boolean {
  return processes.some(
    ({ processId, startTime }) => processId === session.leader && startTime === session.startTime,
  );
}
