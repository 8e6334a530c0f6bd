// A text file with a given content and permissions.
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { Secret, type Content } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { programs } from '../../facts/host/programs.ts';
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
    directoryOf: z.record(z.string(), z.array(absolutePath).min(1)).default({}).meta({
      description:
        'More of them: the directory of the first of these programs that the host has, or else of the first.',
    }),
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
  needs: ({ path, directoryOf }) => [
    { query: ask(textFile, { path }) },
    ...candidates({ directoryOf }).map((names) => ({ query: ask(programs, { names }) })),
  ],
  plan({ path, mode, exclusive, ...source }, facts) {
    const found = new Set(candidates(source).flatMap((names) => facts.get(ask(programs, { names }))));
    const absent = candidates(source).find((names) => !names.some((name) => found.has(name)));
    const content = contentOf(source, found);
    return {
      steps: textFileSteps({ path, content, mode, exclusive }, facts.get(ask(textFile, { path }))),
      unsettled: absent && `none of ${absent.join(', ')} is there yet`,
    };
  },
});

type Source = Pick<z.output<typeof args>, 'content' | 'template' | 'variables' | 'directoryOf'>;

function candidates({ directoryOf }: Pick<Source, 'directoryOf'>): readonly (readonly string[])[] {
  return Object.values(directoryOf);
}

function contentOf(
  { content, template = '', variables, directoryOf }: Source,
  found: ReadonlySet<string>,
): Content {
  if (content !== undefined) return content;
  const directories = Object.entries(directoryOf).map(([variable, names]): [string, string] => {
    const program = names.find((name) => found.has(name)) ?? names[0] ?? '';
    return [variable, dirname(program)];
  });
  return renderTemplate(template, { ...variables, ...Object.fromEntries(directories) });
}
