// A file of ours goes, and what it had replaced comes back. What somebody has put in its place since then stays.
import { cmd } from '../../core/command.ts';
import { backupPath, isManaged } from '../../core/managed.ts';
import type { TextFile } from '../../facts/files/file.ts';
import type { Remains } from '../../facts/files/own-files.ts';
import type { Step } from '../operation.ts';
import { removeStep } from './remove-step.ts';

export interface GivenBack {
  readonly steps: readonly Step[];
  readonly warnings?: readonly string[];
}

/** Whose a text file is, by our mark. */
export function ownerOf(path: string, found: TextFile | null): Remains['file'] {
  if (found === null) return 'absent';
  return isManaged(path, found.text) ? 'ours' : 'foreign';
}

/** What was replaced comes back by a rename: whenever it is interrupted, one of the two is there. */
export function giveBack(path: string, { file, backup }: Remains): GivenBack {
  const kept = backupPath(path);
  if (file === 'foreign') {
    if (backup === 'none') return { steps: [] };
    if (backup === 'same') return { steps: [removeStep(kept)] };
    return {
      steps: [],
      warnings: [
        `${path} has been replaced by somebody else, and stays; what was there before us is ${kept}`,
      ],
    };
  }
  if (backup === 'none') return { steps: file === 'absent' ? [] : [removeStep(path)] };
  return { steps: [putBackStep(path)] };
}

/** Over whatever is there. */
export function putBackStep(path: string): Step {
  const kept = backupPath(path);
  const command = cmd`mv -f ${kept} ${path}`;
  return { kind: 'exec', title: `put back ${path} from ${kept}`, command };
}
