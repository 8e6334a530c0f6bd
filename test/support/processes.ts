// What `ps` shows of processes that a test started; not of what else runs on this machine.
import { execFileSync } from 'node:child_process';

/** The command lines of all that a process started. */
export function startedBy(parent: number): readonly string[] {
  const lines = execFileSync('ps', ['-ewwo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const processes = lines.map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line)).filter((match) => match !== null);
  const below = (ppid: number): readonly string[] =>
    processes
      .filter((match) => Number(match[2]) === ppid)
      .flatMap((match) => [match[3] ?? '', ...below(Number(match[1]))]);
  return below(parent);
}
