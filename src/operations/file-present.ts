// A text file with a given content and permissions.
import { z } from 'zod';
import { cmd } from '../core/command.ts';
import { backupPath, isManaged } from '../core/managed.ts';
import { Secret, type Content } from '../core/secret.ts';
import { ask } from '../facts/fact.ts';
import { textFile, type TextFile } from '../facts/file.ts';
import { renderTemplate } from '../render/template.ts';
import { defineOperation, unchanged, type Step } from './operation.ts';
import { absolutePath, fileMode } from './schemas.ts';

const args = z
  .strictObject({
    path: absolutePath,
    content: z
      .union([z.string(), z.instanceof(Secret)])
      .optional()
      .meta({ description: 'What the file says. Either this or `template`.' }),
    template: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'A file of templates/, without the ending .liquid.' }),
    variables: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: "The template's variables." }),
    mode: fileMode.default(0o644),
    exclusive: z
      .boolean()
      .default(false)
      .meta({ description: 'The path is ours alone: nothing that stands there is worth a backup.' }),
  })
  .refine(({ content, template }) => (content === undefined) !== (template === undefined), {
    error: 'give either content or template',
  });

type FileArgs = z.output<typeof args>;

export const filePresent = defineOperation({
  name: 'file.present',
  summary:
    'Writes a text file. A foreign file in its place is kept beside it, once, as PATH.ipvs-bootstrap-backup.',
  args,
  needs: ({ path }) => [{ query: ask(textFile, { path }) }],
  plan(wanted, facts) {
    return planFile(wanted, facts.get(ask(textFile, { path: wanted.path })));
  },
});

function planFile(wanted: FileArgs, found: TextFile | null) {
  const { path, mode } = wanted;
  const content = wanted.content ?? renderTemplate(wanted.template ?? '', wanted.variables);
  const text = content instanceof Secret ? content.reveal() : content;
  if (found?.text !== text) return { steps: [writeStep(wanted, content, found)] };
  if (found.mode === mode) return unchanged;
  const octal = mode.toString(8);
  const step: Step = {
    kind: 'exec',
    title: `set mode ${octal} on ${path}`,
    command: cmd`chmod ${octal} ${path}`,
  };
  return { steps: [step] };
}

function writeStep({ path, mode, exclusive }: FileArgs, content: Content, found: TextFile | null): Step {
  if (found === null) return { kind: 'write', title: `write ${path}`, path, content, mode };
  const isForeign = !exclusive && !found.hasBackup && !isManaged(path, found.text);
  const backup = backupPath(path);
  return {
    kind: 'write',
    title: isForeign ? `replace ${path}, keeping the old one as ${backup}` : `change ${path}`,
    path,
    content,
    mode,
    ...(content instanceof Secret ? {} : { before: found.text }),
    ...(isForeign ? { backup } : {}),
  };
}
