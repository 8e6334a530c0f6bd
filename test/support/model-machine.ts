// A small model of a machine: files, modules, sysctls, units, packages. What it does not know, it refuses.
import type { HostRequest } from '../../src/core/host.ts';
import { contentBytes } from '../../src/core/secret.ts';
import type { FactQuery } from '../../src/facts/fact.ts';
import { modelCommands } from './model-commands.ts';
import { modelPrograms } from './model-programs.ts';
import { shellWords, simpleCommands } from './shell-words.ts';

export interface ModelFile {
  readonly content: string;
  readonly mode: number;
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a model function may give: all of an answer, its stdout, or nothing for a silent success. */
export type Reply = Partial<Answer> | string | undefined;

/** One command that is carried out: its words and what came on stdin. */
export interface Invocation {
  readonly words: readonly string[];
  readonly stdin: Buffer;
  /** Identifies the connection, which locks live and die with. */
  readonly connection: object;
}

export type Model = (machine: ModelMachine, invocation: Invocation) => Reply;

/** The state of one machine; it outlives connections, as a real one does. */
export class ModelMachine {
  readonly name: string;
  readonly files = new Map<string, ModelFile>();
  readonly modules = { loaded: new Set<string>(), loadable: new Set<string>(), builtin: new Set<string>() };
  readonly sysctls = new Map<string, string>();
  readonly units = new Map<string, { isActive: boolean; isEnabled: boolean }>();
  readonly packages = new Map<string, string>();
  /** Lock files that are held, with the connection that holds them. */
  readonly locks = new Map<string, { readonly connection: object; readonly text: string }>();
  /** Writing fails as it does on a full disk. */
  isDiskFull = false;
  /** Commands nobody knew: each also failed its request. A test must find it empty. */
  readonly unknown: string[] = [];
  readonly #probes = new Map<string, Model>();
  readonly #recognised: ((text: string) => Reply)[] = [];
  readonly #commands = new Map<string, Model>(Object.entries(modelCommands));

  constructor(name: string) {
    this.name = name;
  }

  /** Teaches it the answer to a fact's probe. */
  answers(query: FactQuery<unknown>, model: (machine: ModelMachine) => Reply): this {
    this.#probes.set(query.command.text, model);
    return this;
  }

  /** Teaches it a program by its first word. */
  knows(program: string, model: Model): this {
    this.#commands.set(program, model);
    return this;
  }

  /** Teaches it what it can tell only by a part of a request's text. */
  recognises(model: (text: string) => Reply): this {
    this.#recognised.push(model);
    return this;
  }

  /** Carries a request out at once. */
  execute(request: HostRequest, connection: object): Answer {
    const { text } = request.command;
    const stdin =
      request.stdin instanceof Uint8Array ? Buffer.from(request.stdin) : contentBytes(request.stdin ?? '');
    const probe = this.#probes.get(text);
    if (probe !== undefined) return answer(probe(this, { words: [], stdin, connection }));
    for (const model of this.#recognised) {
      const reply = model(text);
      if (reply !== undefined) return answer(reply);
    }
    for (const [program, model] of modelPrograms) {
      if (!text.startsWith('set -- ') || !text.endsWith(`\n${program.text}`)) continue;
      const words = shellWords(text.slice('set -- '.length, -program.text.length - 1)) ?? [];
      return answer(model(this, { words, stdin, connection }));
    }
    return this.#runAll(text, stdin, connection);
  }

  #runAll(text: string, stdin: Buffer, connection: object): Answer {
    const commands = simpleCommands(text);
    if (commands === undefined) return this.#refuse(text);
    let last: Answer = { exitCode: 0, stdout: '', stderr: '' };
    for (const words of commands) {
      const model = this.#commands.get(words[0] ?? '');
      if (model === undefined) return this.#refuse(text);
      last = answer(model(this, { words, stdin, connection }));
      if (last.exitCode !== 0) return last;
    }
    return last;
  }

  #refuse(text: string): Answer {
    this.unknown.push(text);
    return { exitCode: 127, stdout: '', stderr: `the model of ${this.name} does not know: ${text}` };
  }
}

function answer(reply: Reply): Answer {
  const given = typeof reply === 'string' ? { stdout: reply } : (reply ?? {});
  return { exitCode: 0, stdout: '', stderr: '', ...given };
}
