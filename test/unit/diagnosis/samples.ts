// Sentences of the real programs (test/cases/diagnosis), with the cause that each tells.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sources, type Source } from '../../../src/facts/diagnosis/sighting.ts';

const directory = path.join(import.meta.dirname, '..', '..', 'cases', 'diagnosis');

const sample = z.strictObject({
  /** The cause that is named first; null when none is. */
  cause: z.string().nullable(),
  source: z.enum(Object.keys(sources) as [Source, ...Source[]]),
  of: z.string().default('kubelet'),
  node: z.string().default('w1'),
  version: z.string().default('v1.37.2'),
  lines: z.array(z.string()).min(1),
  message: z.string().optional(),
  /** Where the lines were read. */
  origin: z.string().min(1),
});

export const samples = readdirSync(directory).flatMap((file) =>
  z.array(sample).parse(parse(readFileSync(path.join(directory, file), 'utf8'))),
);
