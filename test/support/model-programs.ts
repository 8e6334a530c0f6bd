// What the engine's own shell programs do to a model machine; their effect on a real shell has tests of its own.
import { createHash } from 'node:crypto';
import type { Command } from '../../src/core/command.ts';
import { acquireProgram, checkProgram, releaseProgram } from '../../src/engine/run-state/lock.ts';
import { installProgram, prepareProgram, writeProgram } from '../../src/engine/tasks/step-commands.ts';
import type { ModelMachine, Model, Reply } from './model-machine.ts';

const full: Reply = { exitCode: 1, stderr: 'cat: write error: No space left on device' };

export const modelPrograms: ReadonlyMap<Command, Model> = new Map<Command, Model>([
  [writeProgram, (machine, { words, stdin }) => write(machine, words, stdin)],
  [
    prepareProgram,
    (machine, { words: [, temporary = ''] }) => {
      machine.files.delete(temporary);
      return undefined;
    },
  ],
  [installProgram, (machine, { words }) => install(machine, words)],
  [acquireProgram, (machine, { words, connection }) => acquire(machine, words, connection)],
  [
    checkProgram,
    (machine, { connection }) => {
      const isHeld = [...machine.locks.values()].some((lock) => lock.connection === connection);
      return { exitCode: isHeld ? 0 : 1 };
    },
  ],
  [
    releaseProgram,
    (machine, { words: [file = ''] }) => {
      machine.locks.delete(file);
      return undefined;
    },
  ],
]);

function write(machine: ModelMachine, words: readonly string[], stdin: Buffer): Reply {
  const [path = '', , mode = '', size = '', backup = ''] = words;
  if (machine.isDiskFull) return full;
  if (stdin.length !== Number(size)) return { exitCode: 1, stderr: 'the content arrived incomplete' };
  keep(machine, path, backup);
  machine.files.set(path, { content: stdin.toString('utf8'), mode: parseInt(mode, 8) });
  return undefined;
}

function keep({ files }: ModelMachine, path: string, backup: string): void {
  const old = files.get(path);
  if (backup !== '' && old !== undefined && !files.has(backup)) files.set(backup, old);
}

function install(machine: ModelMachine, words: readonly string[]): Reply {
  const [path = '', temporary = '', mode = '', sha256 = '', backup = ''] = words;
  const file = machine.files.get(temporary);
  machine.files.delete(temporary);
  if (file === undefined || createHash('sha256').update(file.content).digest('hex') !== sha256) {
    return { exitCode: 1, stderr: 'the file arrived damaged' };
  }
  keep(machine, path, backup);
  machine.files.set(path, { ...file, mode: parseInt(mode, 8) });
  return undefined;
}

function acquire(machine: ModelMachine, words: readonly string[], connection: object): Reply {
  const [file = '', owner = '', command = ''] = words;
  const holder = machine.locks.get(file);
  if (holder !== undefined) return `held\n60\n${holder.text}`;
  machine.locks.set(file, { connection, text: `0\n${owner}\n${command}\n` });
  return 'locked 4242\n';
}
