// Plans one task on one host from the facts it needs.
import type { FactQuery } from '../../facts/fact.ts';
import type { FactReader, Plan } from '../../operations/operation.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { withHeartbeat } from './heartbeat.ts';
import { isWork, type HostTask, type WorkTask } from './host-task.ts';
import { rememberSecrets } from './remember-secrets.ts';

/**
 * Reads what is not known and plans. When something has to be read anyway, the facts of the tasks in `ahead`, which
 * come next on this host, are read in the same flight.
 * @throws BootstrapError of the transport, or `facts.unreadable`.
 */
export async function planTask(
  task: WorkTask,
  context: RunContext,
  ahead: readonly HostTask[] = [],
): Promise<Plan> {
  const { facts } = context;
  const isKnown = facts.has(task.host, task.needs);
  const reading = facts.read(task.host, task.needs);
  if (!isKnown) for (const next of ahead) if (isWork(next)) facts.prefetch(next.host, next.needs);
  const { host } = task;
  const tell = (waitedMs: number): void => {
    context.emit({
      type: 'host.waiting',
      host,
      reason: `looking what is to do: ${task.task.name}`,
      waitedMs,
    });
  };
  return planFrom(task, await withHeartbeat(context.clock, tell, () => reading), context);
}

/** Plans from facts that were read. */
export function planFrom({ task, args }: WorkTask, facts: FactReader, { redactor }: RunContext): Plan {
  const plan = task.operation.plan(args, {
    get<Value>(query: FactQuery<Value>, host?: string): Value {
      const value = facts.get(query, host);
      // A password that a host has in use already is as secret as a new one.
      rememberSecrets(value, redactor);
      return value;
    },
  });
  rememberSecrets(plan.steps, redactor);
  return plan;
}
