// A task on one host, ready to be planned: phases turned from "task, its hosts" to "host, its tasks".
import type { FactNeed } from '../../operations/operation.ts';
import type { BoundHost, BoundPhase, BoundTask } from '../../playbook/task.ts';

interface Common {
  readonly phase: BoundPhase;
  readonly task: BoundTask;
  readonly host: string;
}

/** A task that takes place. */
export interface WorkTask extends Common {
  readonly args: unknown;
  readonly needs: readonly FactNeed[];
}

/** A task that a condition keeps from this host. */
export interface SkippedTask extends Common {
  readonly skipped: string;
}

export type HostTask = WorkTask | SkippedTask;

/** A phase by host: each host's tasks in order. */
export interface HostPhase {
  readonly phase: BoundPhase;
  readonly hosts: ReadonlyMap<string, readonly HostTask[]>;
}

export function isWork(task: HostTask): task is WorkTask {
  return !('skipped' in task);
}

/** Whether it only compares what is with what should be. */
export function isCheck({ task }: HostTask): boolean {
  return task.operation.problemCode === 'verify.drift';
}

/** @param order hosts in inventory order; others follow as they come. */
export function byHost(phase: BoundPhase, order: readonly string[]): HostPhase {
  const hosts = new Map<string, HostTask[]>(order.map((host) => [host, []]));
  for (const task of phase.tasks) {
    for (const bound of task.hosts) {
      const tasks = hosts.get(bound.host) ?? [];
      tasks.push(hostTask(phase, task, bound));
      hosts.set(bound.host, tasks);
    }
  }
  return { phase, hosts: new Map([...hosts].filter(([, tasks]) => tasks.length > 0)) };
}

/** The name under which events speak of a task. */
export function identity({ phase, task, host }: HostTask): {
  readonly phase: string;
  readonly task: string;
  readonly host: string;
} {
  return { phase: phase.name, task: task.name, host };
}

function hostTask(phase: BoundPhase, task: BoundTask, bound: BoundHost): HostTask {
  const common = { phase, task, host: bound.host };
  if ('skipped' in bound) return { ...common, skipped: bound.skipped };
  return { ...common, args: bound.args, needs: task.operation.needs(bound.args) };
}

/** All tasks that take place, in order of phases. */
export function workOf(phases: readonly HostPhase[]): readonly WorkTask[] {
  return phases.flatMap(({ hosts }) => [...hosts.values()].flat().filter(isWork));
}

/** Names of the hosts whose answers some task cannot do without. */
export function neededHosts(tasks: readonly WorkTask[]): readonly string[] {
  return tasks.flatMap(({ host, needs }) =>
    needs.flatMap((need) => (need.optional === true ? [] : [need.host ?? host])),
  );
}

/** Every host that is asked something, with the questions. */
export function needsByHost(tasks: readonly WorkTask[]): ReadonlyMap<string, readonly FactNeed[]> {
  const byHost = new Map<string, Map<string, FactNeed>>();
  for (const task of tasks) {
    for (const { query, host = task.host } of task.needs) {
      const questions = byHost.get(host) ?? new Map<string, FactNeed>();
      questions.set(query.key, { query });
      byHost.set(host, questions);
    }
  }
  return new Map([...byHost].map(([host, questions]) => [host, [...questions.values()]]));
}
