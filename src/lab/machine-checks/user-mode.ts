// Tries whether a Linux kernel can run here as an ordinary program: by a small program that does what it does first.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packagePath } from '../../core/package-root.ts';
import { unsupported, type Refusal } from '../machine/refusal.ts';
import { runProgram } from '../../local/programs/program.ts';
import { parseAttempts, whyNot, type Attempts } from './attempts.ts';

/** Debian packages that the machine itself needs for the checks. */
export const checkMachinePackages = ['gcc', 'libc6-dev'] as const;

/** How a node's kernel takes the system calls of its programs, the faster way first. */
export type SystemCallWay = 'seccomp' | 'ptrace';

/** What else is known of the machine's rules. */
export interface TracingRules {
  /** Of Yama: 3 forbids ptrace to everybody until the next boot. Undefined without Yama. */
  readonly ptraceScope: number | undefined;
  /** Whether somebody has put a filter on our own system calls, as containers do. */
  readonly isFiltered: boolean;
}

/** Compiles the program of the checks into the directory and returns its path. */
export async function compileCheck(directory: string, signal: AbortSignal): Promise<string> {
  const program = join(directory, 'node-kernel');
  await runProgram('gcc', ['-o', program, packagePath('templates/lab/checks/node-kernel.c')], { signal });
  return program;
}

/**
 * The way that nodes will take, tried as the user that they run as.
 * @throws BootstrapError `lab.unsupported` when there is none
 */
export async function tryUserMode(program: string, signal: AbortSignal): Promise<SystemCallWay> {
  const attempts = parseAttempts(await runProgram(program, [], { signal }));
  const way = systemCallWay(attempts);
  if (way === undefined) throw unsupported(noWay(attempts, await tracingRules()));
  return way;
}

/** The better of those that work. */
export function systemCallWay(attempts: Attempts): SystemCallWay | undefined {
  return (['seccomp', 'ptrace'] as const).find((name) => whyNot(attempts, name) === undefined);
}

/** What to say where neither works. */
export function noWay(attempts: Attempts, { ptraceScope, isFiltered }: TracingRules): Refusal {
  const seen = ['seccomp', 'ptrace'].map((name) => `${name}: ${whyNot(attempts, name) ?? 'ok'}`);
  return {
    message:
      "the lab's nodes are kernels that run as programs, and this machine allows neither seccomp nor ptrace",
    detail: [
      ...seen,
      ...(isFiltered ? ['a filter is on the system calls of this process'] : []),
      ...(ptraceScope === undefined ? [] : [`kernel.yama.ptrace_scope is ${ptraceScope}`]),
    ].join('\n'),
    hint:
      ptraceScope === 3 && !isFiltered
        ? 'Remove kernel.yama.ptrace_scope = 3 from /etc/sysctl.d and restart the machine.'
        : 'Start the container with `--security-opt seccomp=unconfined --cap-add SYS_PTRACE`, the service without ' +
          'SystemCallFilter; or use a virtual machine.',
  };
}

async function tracingRules(): Promise<TracingRules> {
  const scope = await readFile('/proc/sys/kernel/yama/ptrace_scope', 'utf8').catch(() => undefined);
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  return {
    ptraceScope: scope === undefined ? undefined : Number(scope),
    isFiltered: /^Seccomp:\s*[12]$/m.test(status),
  };
}
