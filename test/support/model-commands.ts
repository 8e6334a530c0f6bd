// Simple commands that every model machine knows, by their first word.
import type { ModelMachine, Model, Reply } from './model-machine.ts';

export const modelCommands: Readonly<Record<string, Model>> = {
  true: () => undefined,
  modprobe: (machine, { words }) => modprobe(machine, words.slice(1)),
  sysctl: (machine, { words }) => sysctl(machine, words.slice(1)),
  systemctl: (machine, { words }) => systemctl(machine, words.slice(1)),
  chmod: (machine, { words: [, mode = '', path = ''] }) => {
    const file = machine.files.get(path);
    if (file === undefined) return { exitCode: 1, stderr: `chmod: cannot access '${path}'` };
    machine.files.set(path, { ...file, mode: parseInt(mode, 8) });
    return undefined;
  },
  rm: (machine, { words }) => {
    for (const path of words.slice(1)) if (!path.startsWith('-')) machine.files.delete(path);
    return undefined;
  },
};

function modprobe({ modules }: ModelMachine, words: readonly string[]): Reply {
  const names = words.filter((word) => !word.startsWith('-'));
  if (words.includes('-r')) {
    for (const name of names) modules.loaded.delete(name);
    return undefined;
  }
  for (const name of names) {
    if (modules.builtin.has(name)) continue;
    if (!modules.loadable.has(name)) {
      return {
        exitCode: 1,
        stderr: `modprobe: FATAL: Module ${name} not found in directory /lib/modules/6.1`,
      };
    }
    modules.loaded.add(name);
  }
  return undefined;
}

function sysctl({ sysctls }: ModelMachine, words: readonly string[]): Reply {
  for (const word of words) {
    if (word.startsWith('-')) continue;
    const [key = '', value] = word.split('=', 2);
    if (value === undefined || !sysctls.has(key))
      return { exitCode: 255, stderr: `sysctl: cannot stat ${key}` };
    sysctls.set(key, value);
  }
  return undefined;
}

function systemctl({ units }: ModelMachine, words: readonly string[]): Reply {
  const [verb = '', ...names] = words.filter((word) => !word.startsWith('-'));
  const isNow = words.includes('--now');
  if (verb === 'daemon-reload') return undefined;
  for (const name of names) {
    const unit = units.get(name);
    if (unit === undefined) return { exitCode: 5, stderr: `Unit ${name} not found.` };
    if (verb === 'enable') units.set(name, { isEnabled: true, isActive: unit.isActive || isNow });
    else if (verb === 'disable') units.set(name, { isEnabled: false, isActive: unit.isActive && !isNow });
    else if (verb === 'start' || verb === 'restart') units.set(name, { ...unit, isActive: true });
    else if (verb === 'stop') units.set(name, { ...unit, isActive: false });
    else return { exitCode: 1, stderr: `Unknown command verb ${verb}.` };
  }
  return undefined;
}
