// The labs of this user on this machine.
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asError, BootstrapError } from '../../core/errors.ts';
import { labFiles } from './files.ts';
import type { LabState } from './lab-schema.ts';
import { parseLab, readLab } from './lab-state.ts';
import { labStateDirectory } from './paths.ts';

/** All labs that have a readable state; for what may overlook one. */
export async function allLabs(environment: NodeJS.ProcessEnv = process.env): Promise<readonly LabState[]> {
  const names = await readdir(labsDirectory(environment)).catch(() => []);
  const files = names.map((name) => labFiles(name, environment));
  const labs = await Promise.all(files.map((one) => readLab(one).catch(() => undefined)));
  return labs.filter((lab) => lab !== undefined);
}

/**
 * The states of all labs as they are written; for what must not overlook one.
 * @throws BootstrapError `lab.failed` when it cannot be told what a lab needs
 */
export async function labTexts(environment: NodeJS.ProcessEnv = process.env): Promise<readonly string[]> {
  const directory = labsDirectory(environment);
  const names = await unlessAbsent(readdir(directory)).catch((cause: unknown) => {
    throw unreadable(`which labs there are cannot be seen: ${asError(cause).message}`, cause);
  });
  const texts = await Promise.all((names ?? []).map(async (name) => labText(name, environment)));
  return texts.filter((text) => text !== undefined);
}

async function labText(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { state } = labFiles(name, environment);
  const text = await unlessAbsent(readFile(state, 'utf8')).catch((cause: unknown) => {
    throw unreadable(`what the lab "${name}" needs cannot be read: ${asError(cause).message}`, cause);
  });
  if (text === undefined) return undefined;
  try {
    await parseLab(state, text);
    return text;
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    const down = `\`ipvs-bootstrap lab --name ${name} down\``;
    const hint = `A newer version of this program may have written it: use that. Or remove the lab with ${down}.`;
    throw error.with({ hint });
  }
}

/** Undefined for what is not there. Beside the labs lie their locks, which are files. */
async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  });
}

function unreadable(message: string, cause: unknown): BootstrapError {
  return new BootstrapError('lab.failed', message, { hint: 'Make it readable for you.', cause });
}

function labsDirectory(environment: NodeJS.ProcessEnv): string {
  return dirname(labStateDirectory('any', environment));
}
