// The private keys of a run: each file is read once, and unlocked once; each agent is asked once what it has.
import { BootstrapError } from '../../core/errors.ts';
import type { SecretSource } from '../../core/secret-source.ts';
import { readIdentity, type Identity } from './identity-file.ts';
import type { SecretReader } from './secret-reader.ts';
import { readAgent, type AgentKeys } from './ssh-agent.ts';

/** How often a person may mistype a passphrase, as with ssh. */
const tries = 3;

export class Keyring {
  readonly #secrets: SecretReader;
  readonly #read = new Map<string, Promise<Identity>>();
  readonly #agents = new Map<string | undefined, Promise<AgentKeys>>();
  readonly #unlocked = new Map<string, Promise<Identity>>();

  constructor(secrets: SecretReader) {
    this.#secrets = secrets;
  }

  /** A key as its file gives it, without asking for a passphrase. */
  identity(path: string): Promise<Identity> {
    const reading = this.#read.get(path) ?? readIdentity(path);
    this.#read.set(path, reading);
    return reading;
  }

  /** The keys of an agent. One that does not answer costs its deadline once, not once for each host. */
  agent(socket: string | undefined): Promise<AgentKeys> {
    const reading = this.#agents.get(socket) ?? readAgent(socket);
    this.#agents.set(socket, reading);
    return reading;
  }

  /** Whether somebody or something could tell the passphrase of a key. */
  canUnlock(source: SecretSource | undefined): boolean {
    return source !== undefined || this.#secrets.canAsk;
  }

  /** An encrypted key with its passphrase, from the source or else the terminal; still `encrypted` when that fails. */
  unlock(path: string, source: SecretSource | undefined): Promise<Identity> {
    const unlocking = this.#unlocked.get(path) ?? this.#unlock(path, source);
    this.#unlocked.set(path, unlocking);
    return unlocking;
  }

  async #unlock(path: string, source: SecretSource | undefined): Promise<Identity> {
    const isTyped = source === undefined || source.from === 'terminal';
    const label = `passphrase of the key ${path}`;
    let identity = await this.identity(path);
    for (let attempt = 0; attempt < (isTyped ? tries : 1) && identity.state === 'encrypted'; attempt += 1) {
      const again = attempt === 0 ? '' : 'Wrong passphrase. ';
      try {
        const passphrase = isTyped
          ? await this.#secrets.ask(`${again}Passphrase of the key ${path}`, label)
          : await this.#secrets.read(source, label);
        identity = await readIdentity(path, passphrase);
      } catch (error) {
        if (!(error instanceof BootstrapError) || error.code === 'interrupted') throw error;
        return locked(identity, error);
      }
    }
    return locked(identity, wrongPassphrase(path));
  }
}

function locked(identity: Identity, problem: BootstrapError): Identity {
  return identity.state === 'encrypted' ? { ...identity, problem } : identity;
}

function wrongPassphrase(path: string): BootstrapError {
  return new BootstrapError('connect.key', `the passphrase does not open the key ${path}`, {
    data: { path },
    hint: `Try it by "ssh-keygen -y -f ${path}", which asks for the passphrase.`,
  });
}
