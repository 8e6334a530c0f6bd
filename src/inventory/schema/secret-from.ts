// Where a secret comes from: a variable, a file or the terminal.
import { z } from 'zod';
import { about, environmentName, localPath } from './scalars.ts';

/** Where a secret comes from. The inventory never holds one itself. */
export function secretFrom(what: string) {
  return z
    .strictObject({
      env: environmentName.optional().meta(about(`Environment variable with the ${what}.`)),
      file: localPath.optional().meta(about(`File with the ${what} on its first line.`)),
      ask: z
        .literal(true)
        .optional()
        .meta({ title: 'true', ...about('Ask on the terminal.') }),
    })
    .refine((source) => Object.values(source).filter((value) => value !== undefined).length === 1, {
      error: 'must have exactly one of env, file and ask',
    })
    .meta({ title: 'a map such as { env: NAME }, never the secret itself' });
}

export type WrittenSource = z.output<ReturnType<typeof secretFrom>>;
