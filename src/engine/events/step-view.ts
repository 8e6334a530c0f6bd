// Steps as people and machines see them, with diffs; secrets are named, never shown.
import { createTwoFilesPatch } from 'diff';
import { defined } from '../../core/defined.ts';
import { Secret } from '../../core/secret.ts';
import type { Step, WriteStep } from '../../operations/operation.ts';
import type { StepView } from './events.ts';

export function stepView(step: Step): StepView {
  const { kind, title, on } = step;
  const place = defined({ on });
  switch (step.kind) {
    case 'exec': {
      const { change } = step;
      const diff = change && unifiedDiff(change.name, change.before, change.after);
      return { kind, title, ...defined({ diff }), ...place };
    }
    case 'write':
      return { kind, title, path: step.path, diff: fileDiff(step), ...place };
    case 'remove':
    case 'upload':
      return { kind, title, path: step.path, ...place };
  }
}

function fileDiff({ path, content, before }: WriteStep): string {
  if (content instanceof Secret) return `(secret: ${content.label})\n`;
  return unifiedDiff(path, before, content);
}

/** With three lines of context; what is new is compared with nothing. */
function unifiedDiff(name: string, before: string | undefined, after: string): string {
  const oldName = before === undefined ? '/dev/null' : name;
  const patch = createTwoFilesPatch(oldName, name, before ?? '', after, '', '', { context: 3 });
  // The library puts an "Index" line and a ruler in front.
  return patch.slice(patch.indexOf('--- '));
}
