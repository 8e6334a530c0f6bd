// Holds a plan and the run after it together: what was planned is done, and nothing else unless the plan left it open.
import type { RunEvent } from '../../src/engine/events/events.ts';

/** "host / phase / task" → titles of steps, in order. */
type Steps = ReadonlyMap<string, readonly string[]>;

/** Sentences that say where a run was not what its plan had said; none when all is well. */
export function planBreaches(plan: readonly RunEvent[], run: readonly RunEvent[]): readonly string[] {
  const deferred = new Set(
    plan.flatMap((event) =>
      event.type === 'task.planned' && event.deferred !== undefined ? [placeOf(event)] : [],
    ),
  );
  const planned = plannedSteps(plan);
  const applied = appliedSteps(run);
  return [...new Set([...planned.keys(), ...applied.keys()])]
    .filter((place) => !deferred.has(place))
    .flatMap((place) => {
      const wanted = planned.get(place) ?? [];
      const done = applied.get(place) ?? [];
      return wanted.join('\n') === done.join('\n')
        ? []
        : [`${place}: planned [${wanted.join('; ')}], done [${done.join('; ')}]`];
    });
}

function plannedSteps(events: readonly RunEvent[]): Steps {
  return new Map(
    events.flatMap((event) =>
      event.type === 'task.planned' ? [[placeOf(event), event.steps.map(({ title }) => title)] as const] : [],
    ),
  );
}

function appliedSteps(events: readonly RunEvent[]): Steps {
  const steps = new Map<string, string[]>();
  for (const event of events) {
    if (event.type !== 'step.finished') continue;
    const place = placeOf(event);
    steps.set(place, [...(steps.get(place) ?? []), event.step.title]);
  }
  return steps;
}

function placeOf({ host, phase, task }: { host: string; phase: string; task: string }): string {
  return `${host} / ${phase} / ${task}`;
}
