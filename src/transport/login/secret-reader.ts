// Reads passwords and passphrases from variables, files and the terminal: each once.
import { readFile } from 'node:fs/promises';
import { BootstrapError } from '../../core/errors.ts';
import { describeSource, type SecretSource } from '../../core/secret-source.ts';
import { Secret } from '../../core/secret.ts';

/** Asks on a terminal, without showing what is typed. */
export type AskSecret = (question: string) => Promise<string>;

export interface SecretPorts {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Missing where there is no terminal. */
  readonly ask?: AskSecret | undefined;
  /** Told of each secret that was read, so that it is kept out of what the program prints. */
  readonly remember?: (secret: Secret) => void;
}

export interface SecretReader {
  readonly canAsk: boolean;
  /**
   * The secret of a source; read again only after a failure.
   * @param label what it is, for messages: "SSH password"
   * @throws BootstrapError `connect.secret` when it is not to be had
   */
  read(source: SecretSource, label: string): Promise<Secret>;
  /** Asks once more than `read` does: for an answer that turned out to be wrong. @throws as `read` */
  ask(question: string, label: string): Promise<Secret>;
}

export function createSecretReader({ variables, ask, remember }: SecretPorts): SecretReader {
  const known = new Map<string, Promise<Secret>>();

  const askSecret = async (question: string, label: string): Promise<Secret> => {
    if (ask === undefined) throw noTerminal(label);
    return keep(new Secret(await ask(question), label));
  };
  const keep = (secret: Secret): Secret => {
    remember?.(secret);
    return secret;
  };
  const readNew = async (source: SecretSource, label: string): Promise<Secret> => {
    if (source.from === 'terminal') return askSecret(source.question, label);
    const text = source.from === 'env' ? variables[source.name] : await readSecretFile(source.path, label);
    if (text === undefined || text === '') throw empty(source, label);
    return keep(new Secret(text, label));
  };
  return {
    canAsk: ask !== undefined,
    ask: askSecret,
    read: (source, label) => {
      const key = JSON.stringify(source);
      const reading =
        known.get(key) ??
        readNew(source, label).catch((error: unknown) => {
          known.delete(key);
          throw error;
        });
      known.set(key, reading);
      return reading;
    },
  };
}

/** The first line: editors end a file with a newline. */
async function readSecretFile(path: string, label: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/, 1)[0];
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause);
    throw new BootstrapError('connect.secret', `cannot read the ${label} from ${path}: ${why}`, {
      data: { path },
      hint: 'The file holds the secret alone, on its first line, and should be readable by you only.',
      cause,
    });
  }
}

function empty(source: SecretSource, label: string): BootstrapError {
  return new BootstrapError('connect.secret', `there is no ${label} in ${describeSource(source)}`, {
    hint:
      source.from === 'env'
        ? `Set it for this command only, from a password manager: ${source.name}="$(...)" ipvs-bootstrap ...`
        : 'The file holds the secret alone, on its first line.',
  });
}

function noTerminal(label: string): BootstrapError {
  return new BootstrapError(
    'connect.secret',
    `the ${label} is to be asked for, and there is no terminal to ask on`,
    {
      hint: 'Name an environment variable ({ env: NAME }) or a file ({ file: PATH }) in the inventory instead.',
    },
  );
}
