// The processes of a node, told apart from all others.
import { describe, expect, it } from 'vitest';
import {
  allProcesses,
  leaderRuns,
  parseSession,
  parseStat,
  sessionMembers,
} from '../../../../src/lab/node/sessions.ts';

const stat = (id: number, session: number, start: number, state = 'S', name = 'linux-lab') =>
  `${id} (${name}) ${state} 1 ${session} ${session} 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 ${start} 1000 10 18446744073709551615`;

describe('parseStat', () => {
  it('reads id, session and start time', () => {
    expect(parseStat(stat(12, 10, 777))).toEqual({ processId: 12, session: 10, startTime: 777 });
  });

  it('is not confused by the name of the program', () => {
    expect(parseStat(stat(12, 10, 777, 'S', 'a) S 1 (b'))).toMatchObject({ session: 10, startTime: 777 });
  });

  it.each(['Z', 'X'])('passes over a process in state %s', (state) => {
    expect(parseStat(stat(12, 10, 777, state))).toBeUndefined();
  });

  it('passes over a process that ended while we looked', () => {
    expect(parseStat('')).toBeUndefined();
  });
});

describe('sessionMembers', () => {
  const session = { leader: 10, startTime: 500 };
  const leader = { processId: 10, session: 10, startTime: 500 };
  const child = { processId: 11, session: 10, startTime: 510 };
  const other = { processId: 12, session: 12, startTime: 520 };

  it('are the leader and its children', () => {
    expect(sessionMembers(session, [leader, child, other])).toEqual([10, 11]);
  });

  it('are the children that a dead leader left', () => {
    expect(sessionMembers(session, [child, other])).toEqual([11]);
  });

  it('are none once the id of the leader belongs to another process', () => {
    const stranger = { ...leader, startTime: 900 };
    expect(sessionMembers(session, [stranger, { ...child, startTime: 910 }])).toEqual([]);
  });

  it('do not include what is older than the leader', () => {
    expect(sessionMembers(session, [{ ...child, startTime: 400 }])).toEqual([]);
  });

  it('leave a node dead whose leader is gone', () => {
    expect(leaderRuns(session, [child])).toBe(false);
    expect(leaderRuns(session, [leader])).toBe(true);
  });
});

it('reads what a node recorded, and nothing else', () => {
  expect(parseSession('12-777\n')).toEqual({ leader: 12, startTime: 777 });
  expect(parseSession('12-')).toBeUndefined();
  expect(parseSession('')).toBeUndefined();
});

it('finds this very process', async () => {
  expect((await allProcesses()).map(({ processId }) => processId)).toContain(process.pid);
});
