// A text file with a given content and permissions.
import { z } from 'zod';
import { Secret, type Content } from '../core/secret.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { renderTemplate } from '../render/template.ts';
import { defineOperation } from './operation.ts';
import { absolutePath, fileMode } from './schemas.ts';
import { textFileSteps } from './text-file-steps.ts';

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
    mode: fileMode.prefault('0644'),
    exclusive: z
      .boolean()
      .default(false)
      .meta({ description: 'The path is ours alone: nothing that stands there is worth a backup.' }),
  })
  .refine(({ content, template }) => (content === undefined) !== (template === undefined), {
    error: 'must have either content or template',
  });

export const filePresent = defineOperation({
  name: 'file.present',
  summary:
    'Writes a text file. A foreign file in its place is kept beside it, once, as PATH.ipvs-bootstrap-backup.',
  args,
  needs: ({ path }) => [{ query: ask(textFile, { path }) }],
  plan({ path, mode, exclusive, ...source }, facts) {
    const content = contentOf(source);
    return { steps: textFileSteps({ path, content, mode, exclusive }, facts.get(ask(textFile, { path }))) };
  },
});

function contentOf({
  content,
  template = '',
  variables,
}: Pick<z.output<typeof args>, 'content' | 'template' | 'variables'>): Content {
  return content ?? renderTemplate(template, variables);
}
