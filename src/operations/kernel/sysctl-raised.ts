// Kernel settings that are raised where they are too low, and never against somebody's will.
import { sysctlPath } from '../../facts/host/sysctl.ts';
import type { Plan } from '../operation.ts';
import { parseSettings } from './sysctl-files.ts';
import {
  fileSteps,
  recordSteps,
  setStep,
  wantedValues,
  type FoundSettings,
  type WantedSettings,
} from './sysctl-steps.ts';

/**
 * The file comes last: where it has a value, that was live once. What is lower now, somebody has lowered since.
 * @param locked keys whose settings the host lets nobody write
 */
export function raisingPlan(wanted: WantedSettings, found: FoundSettings, locked: readonly string[]): Plan {
  const { live } = found;
  const [kept, before] = [found.file, found.record].map((one) => parseSettings(one?.text ?? ''));
  const numberOf = (text: string | null | undefined): number => Number(text ?? NaN);
  const all = wantedValues(wanted);
  const low = all.filter(([name, text]) => !(numberOf(live[name]) >= Number(text)));
  const lowered = low.filter(
    ([name]) =>
      before?.has(sysctlPath(name)) === true && numberOf(live[name]) < numberOf(kept?.get(sysctlPath(name))),
  );
  const refused = low.filter((one) => locked.includes(one[0]) && !lowered.includes(one));
  const raised = low.filter((one) => !lowered.includes(one) && !refused.includes(one));
  const inFile = all.filter(
    (one) =>
      raised.includes(one) ||
      kept?.has(sysctlPath(one[0])) === true ||
      before?.has(sysctlPath(one[0])) === true,
  );
  const absent = raised.filter(([name]) => (live[name] ?? null) === null).map(([name]) => name);
  return {
    unsettled: absent.length === 0 ? undefined : `the kernel has no ${absent.join(', ')} yet`,
    warnings: [
      ...lowered.map(
        ([name]) =>
          `${name} is ${live[name] ?? ''}, less than ${kept?.get(sysctlPath(name)) ?? ''} as ${wanted.file} has it: somebody has set it since, and it stays`,
      ),
      ...refused.map(
        ([name, text]) =>
          `${name} is ${live[name] ?? ''}, and the host lets nobody write it, as in a container: set it to ${text} or more where that can be done`,
      ),
    ],
    steps: [
      ...recordSteps(wanted, raised, found),
      ...raised.map(setStep),
      ...fileSteps(wanted, inFile, found),
    ],
  };
}
