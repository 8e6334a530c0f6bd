// Shows steps the way test cases write them: one key for the kind, plain text for commands and contents.
import { Secret, type Content } from '../../src/core/secret.ts';
import type { Step } from '../../src/operations/operation.ts';

/** A step as a case writes it; see test/cases/README.md. */
export type CaseStep = Readonly<Record<string, unknown>>;

/** The case form of a step; `null` stands for what it has not. Secrets are shown as `{ secret: text }`, so that a case can tell them from plain text. */
export function toCaseStep(step: Step): CaseStep {
  const common = { title: step.title, on: step.on ?? null };
  switch (step.kind) {
    case 'exec':
      return {
        ...common,
        run: step.command.text,
        stdin: show(step.stdin),
        timeoutMs: step.timeoutMs ?? null,
      };
    case 'write': {
      const { path, mode, before = null, backup = null } = step;
      return { ...common, write: path, mode, content: show(step.content), before, backup };
    }
    case 'remove':
      return { ...common, remove: step.path };
    case 'upload': {
      const { localPath, path, mode, sha256, size, backup = null } = step;
      return { ...common, upload: localPath, to: path, mode, sha256, size, backup };
    }
  }
}

function show(content: Content | undefined): unknown {
  return content instanceof Secret ? { secret: content.reveal() } : (content ?? null);
}
