// Steps as people and machines see them, with diffs; secrets are named, never shown.
import { createTwoFilesPatch } from 'diff';
import { Secret } from '../core/secret.ts';
import type { Step, WriteStep } from '../operations/operation.ts';
import type { StepView } from './events.ts';

export function stepView(step: Step): StepView {
  const { kind, title, on } = step;
  const place = on === undefined ? {} : { on };
  switch (step.kind) {
    case 'exec':
      return { kind, title, ...place };
    case 'write':
      return { kind, title, path: step.path, diff: diffOf(step), ...place };
    case 'remove':
    case 'upload':
      return { kind, title, path: step.path, ...place };
  }
}

/** Unified diff with three lines of context; a new file is compared with nothing. */
function diffOf({ path, content, before }: WriteStep): string {
  if (content instanceof Secret) return `(secret: ${content.label})\n`;
  const oldName = before === undefined ? '/dev/null' : path;
  const patch = createTwoFilesPatch(oldName, path, before ?? '', content, '', '', { context: 3 });
  // The library puts an "Index" line and a ruler in front.
  return patch.slice(patch.indexOf('--- '));
}
