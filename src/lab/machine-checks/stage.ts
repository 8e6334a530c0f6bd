// The stage of `lab up` that tries the smallest thing for each that a lab needs, before anything is built.
import { hasNodeImages } from '../check-request.ts';
import { askMirrors } from '../../local/debian/mirrors.ts';
import { nodeRelease } from '../debian/node-release.ts';
import type { LabRequest } from '../lab-plan.ts';
import { defaultMemory } from '../node-memory.ts';
import { withWorkDirectory } from '../../local/programs/work-directory.ts';
import type { Report } from '../stage.ts';
import { cacheDirectory } from '../state/paths.ts';
import { labPlaces, tryPlaces } from './places.ts';
import { tryRights } from './rights.ts';
import { compileCheck, tryUserMode, type SystemCallWay } from './user-mode.ts';

/** As Stage, with an outcome of its own: how the nodes will run. */
export interface CheckStage {
  readonly title: string;
  run(report: Report, signal: AbortSignal): Promise<string>;
}

const outcomes: Record<SystemCallWay, string> = {
  seccomp: 'seccomp',
  ptrace: 'ptrace only, slower',
};

/**
 * Leaves nothing behind.
 * @throws BootstrapError `lab.unsupported` for the first thing that does not work
 */
export function machineCheckStage(request: LabRequest): CheckStage {
  return {
    title: 'Check this machine',
    run: async (report, signal) => {
      report('directories');
      await tryPlaces(labPlaces(), signal);
      const way = await withWorkDirectory(cacheDirectory(), async (work) => {
        report('what a kernel needs that runs as a program');
        const program = await compileCheck(work, signal);
        const found = await tryUserMode(program, signal);
        report('what root may do');
        await tryRights({ program, memory: largestMemory(request) }, signal);
        return found;
      });
      if (!(await hasNodeImages(request))) {
        report("Debian's mirrors");
        await askMirrors(nodeRelease, signal);
      }
      return outcomes[way];
    },
  };
}

function largestMemory({ controlPlaneMemory, workerMemory }: LabRequest): number {
  const [controlPlane, worker] = [defaultMemory['control-plane'], defaultMemory.worker];
  return Math.max(controlPlaneMemory ?? controlPlane, workerMemory ?? worker);
}
