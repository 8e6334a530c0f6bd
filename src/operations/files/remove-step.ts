// The step that removes a file.
import type { RemoveStep } from '../operation.ts';

export function removeStep(path: string): RemoveStep {
  return { kind: 'remove', title: `remove ${path}`, path };
}
