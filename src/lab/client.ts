// A client outside the cluster: runs programs of this machine in a namespace with an address of its own.
import { execa } from 'execa';
import { defined } from '../core/defined.ts';
import { rootPrefix } from '../local/programs/program.ts';
import { labNames } from './state/names.ts';

export interface ClientResult {
  /** Undefined when the program could not be run or was ended. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as root in the client's namespace. A failing program is a result, not an exception. */
export async function execInClient(
  lab: string,
  command: readonly [string, ...string[]],
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ClientResult> {
  const words = [...rootPrefix(), 'ip', 'netns', 'exec', labNames(lab).clientNamespace, ...command];
  const [program = '', ...args] = words;
  const { exitCode, stdout, stderr } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? 60_000,
    ...defined({ cancelSignal: options.signal }),
  });
  return { exitCode, stdout, stderr };
}
