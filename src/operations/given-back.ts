// A file of ours goes, and what it had replaced comes back. What somebody has put in its place since then stays.
import { cmd } from '../core/command.ts';
import { backupPath } from '../core/managed.ts';
import type { Remains } from '../facts/own-files.ts';
import type { Step } from './operation.ts';

export interface GivenBack {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

/** What was replaced comes back by a rename: whenever it is interrupted, one of the two is there. */
export function giveBack(path: string, { file, backup }: Remains): GivenBack {
  const kept = backupPath(path);
  if (file === 'foreign') {
    if (backup === 'none') return { steps: [], warnings: [] };
    if (backup === 'same') return { steps: [removeStep(kept)], warnings: [] };
    return {
      steps: [],
      warnings: [
        `${path} has been replaced by somebody else, and stays; what was there before us is ${kept}`,
      ],
    };
  }
  if (backup === 'none') return { steps: file === 'absent' ? [] : [removeStep(path)], warnings: [] };
  const step: Step = {
    kind: 'exec',
    title: `put back ${path} from ${kept}`,
    command: cmd`mv -f ${kept} ${path}`,
  };
  return { steps: [step], warnings: [] };
}

function removeStep(path: string): Step {
  return { kind: 'remove', title: `remove ${path}`, path };
}
