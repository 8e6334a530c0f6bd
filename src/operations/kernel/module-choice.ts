// Which modules a kernel is to load: all that are named, and of alternatives the first it has.
import { canonical, type KernelModules } from '../../facts/host/kernel-modules.ts';

export interface WantedModules {
  readonly modules: readonly string[];
  /** Lists of alternatives, the preferred one first. */
  readonly oneOf: readonly (readonly string[])[];
}

export interface ModuleChoice {
  readonly chosen: readonly string[];
  /** Groups of which the kernel has none; a group of one is a module that must be there. */
  readonly missing: readonly (readonly string[])[];
}

/** Every name to ask the kernel for, once, in the kernel's spelling. */
export function wantedNames(wanted: WantedModules): readonly string[] {
  return [...new Set(groups(wanted).flat())];
}

export function chooseModules(wanted: WantedModules, kernel: KernelModules): ModuleChoice {
  const decisions = groups(wanted).map((group) => ({
    group,
    found: group.find((name) => isAvailable(kernel, name)),
  }));
  return {
    chosen: [...new Set(decisions.flatMap(({ found }) => found ?? []))],
    missing: decisions.filter(({ found }) => found === undefined).map(({ group }) => group),
  };
}

function groups({ modules, oneOf }: WantedModules): readonly (readonly string[])[] {
  const all = [...modules.map((name) => [name]), ...oneOf].map((group) => group.map(canonical));
  // The scheduler's module may be among the others.
  return [...new Map(all.map((group) => [group.join(' '), group])).values()];
}

function isAvailable(kernel: KernelModules, name: string): boolean {
  const state = kernel.states[name];
  return state === 'loaded' || state === 'builtin' || state === 'loadable';
}
