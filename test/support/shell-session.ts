// A real interactive shell behind a pseudo-terminal: keys go in, what it shows and what a line has become come out.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { entry } from './entry.ts';
import { secondsUntil } from './stopwatch.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const prompt = 'ready> ';
/** Shown by the shell as it stands here, and printed by it as what it is worth: so one is told from the other. */
const mark = { name: '$MARK', value: '|~|' };
const keys = { start: '\u0001', end: '\u0005', enter: '\r' };

const settings: Readonly<
  Record<Shell, { readonly file: string; readonly text: string; readonly command: string }>
> = {
  bash: {
    file: 'bashrc',
    text: `PS1='${prompt}'\nbind 'set show-all-if-ambiguous on'\nsource <(ipvs-bootstrap completion bash)\n`,
    command: 'bash --noprofile --rcfile bashrc -i',
  },
  zsh: {
    file: '.zshrc',
    text: `PS1='${prompt}'\nbindkey -e\nautoload -Uz compinit && compinit -D\nsource <(ipvs-bootstrap completion zsh)\n`,
    command: 'env ZDOTDIR=. zsh -d -i',
  },
  fish: {
    file: 'start.fish',
    text: `set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo -n '${prompt}'; end\nipvs-bootstrap completion fish | source\n`,
    command: "fish --no-config --init-command 'source start.fish' -i",
  },
};

export class ShellSession {
  readonly #child: ChildProcess;
  #screen = '';

  /** @param directory an empty one, where the shell works and has its home */
  constructor(shell: Shell, directory: string) {
    const { file, text, command } = settings[shell];
    mkdirSync(join(directory, 'bin'));
    symlinkSync(entry, join(directory, 'bin', 'ipvs-bootstrap'));
    writeFileSync(join(directory, file), text);
    const environment = {
      PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: directory,
      TERM: 'xterm',
      MARK: mark.value,
    };
    const wide = `stty cols 200 rows 50; exec ${command}`;
    this.#child = spawn('script', ['--quiet', '--return', '--command', wide, '/dev/null'], {
      cwd: directory,
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#screen += chunk.toString('utf8');
    });
  }

  /** Waits for the first prompt. */
  async ready(): Promise<void> {
    await this.#shows((screen) => screen.includes(prompt));
  }

  /** The words that a line has become when these keys were typed. */
  async line(typed: string): Promise<string> {
    this.#screen = '';
    this.#type(`${typed}${keys.start}echo ${mark.name} ${keys.end} ${mark.name}${keys.enter}`);
    const pattern = /\|~\| (.*?) \|~\|/s;
    await this.#shows((screen) => pattern.test(screen));
    const [, words = ''] = pattern.exec(this.#screen) ?? [];
    return words.trim();
  }

  /** What is shown when these keys were typed, as soon as it has all the texts. */
  async offers(typed: string, texts: readonly string[]): Promise<string> {
    this.#screen = '';
    this.#type(typed);
    await this.#shows((screen) => texts.every((text) => screen.includes(text)));
    const shown = this.#screen;
    await this.line('');
    return shown;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#type(`exit${keys.enter}`);
    await Promise.race([ended, sleep(5000, undefined, { ref: false })]);
    this.#child.kill('SIGKILL');
  }

  #type(text: string): void {
    this.#child.stdin?.write(text);
  }

  async #shows(isThere: (screen: string) => boolean): Promise<void> {
    await secondsUntil(
      async () => isThere(this.#screen) || `the shell shows ${JSON.stringify(this.#screen)}`,
      {
        deadline: 30,
        pause: 50,
      },
    );
  }
}
