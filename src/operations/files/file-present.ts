// A text file with a given content and permissions.
import { z } from 'zod';
import { Secret } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { renderTemplate } from '../../render/template.ts';
import { absolutePath, fileMode } from '../args/scalars.ts';
import { defineOperation } from '../operation.ts';
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
  example: `
- name: Name our time servers
  op: file.present
  with:
    path: /etc/chrony/conf.d/site.conf
    content: | # the first line tells file.absent that it is ours
      # Managed by ipvs-bootstrap.
      server 10.1.0.1 iburst
`,
  needs: ({ path }) => [{ query: ask(textFile, { path }) }],
  plan({ path, mode, exclusive, content, template = '', variables }, facts) {
    const wanted = { path, content: content ?? renderTemplate(template, variables), mode, exclusive };
    return { steps: textFileSteps(wanted, facts.get(ask(textFile, { path }))) };
  },
});
