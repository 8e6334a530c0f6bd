// The steps that remove a file.
import { dirname } from 'node:path/posix';
import { cmd } from '../../core/command.ts';
import type { ExecStep, RemoveStep } from '../operation.ts';

export function removeStep(path: string): RemoveStep {
  return { kind: 'remove', title: `remove ${path}`, path };
}

/** Takes the directory along when it is empty then. */
export function removeWithDirectory(path: string): ExecStep {
  const command = cmd`rm -f ${path} && rmdir --ignore-fail-on-non-empty ${dirname(path)}`;
  return { kind: 'exec', title: `remove ${path}`, command };
}
