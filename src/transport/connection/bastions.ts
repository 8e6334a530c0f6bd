// The bastions of a run: one connection for each chain of them, shared by all hosts behind it.
import type { Duplex } from 'node:stream';
import { BootstrapError } from '../../core/errors.ts';
import { interrupted } from '../shell/run-failure.ts';
import { unlessAborted } from '../shell/unless-aborted.ts';
import type { SshPeer } from '../ssh-target.ts';
import { bastionRefusal, behindBastion } from './bastion-error.ts';
import type { SshConnection } from './ssh-connection.ts';

/** Opens a connection to a server, through the last of the bastions when there is one. */
export type OpenPeer = (
  peer: SshPeer,
  via: SshConnection | undefined,
  signal?: AbortSignal,
) => Promise<SshConnection>;

export class Bastions {
  readonly #open: OpenPeer;
  readonly #chains = new Map<string, Promise<SshConnection>>();
  /** Ends what is being opened. It is not a host's signal: others may wait for the same bastion. */
  readonly #closing = new AbortController();
  #opened = 0;

  constructor(open: OpenPeer) {
    this.#open = open;
  }

  /** How many connections to bastions were opened. */
  connections(): number {
    return this.#opened;
  }

  /**
   * The connection to the last bastion on the way to `host`; undefined without any.
   * @throws BootstrapError what is wrong with a bastion, told as the host's error
   */
  async reach(
    host: string,
    jumps: readonly SshPeer[],
    signal?: AbortSignal,
  ): Promise<SshConnection | undefined> {
    try {
      return await unlessAborted(this.#chain(jumps), signal, () => interrupted(host, signal));
    } catch (error) {
      throw error instanceof BootstrapError ? behindBastion(host, error) : error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const opened = await Promise.allSettled(this.#chains.values());
    this.#chains.clear();
    // The far ends first: they travel through the near ones.
    for (const chain of opened.toReversed()) if (chain.status === 'fulfilled') await chain.value.close();
  }

  async #chain(jumps: readonly SshPeer[]): Promise<SshConnection | undefined> {
    const last = jumps.at(-1);
    if (last === undefined) return undefined;
    const key = JSON.stringify(jumps);
    const known = this.#chains.get(key);
    if (known !== undefined) {
      const connection = await known;
      if (connection.lossReason() === undefined) return connection;
      // Of all who see the loss, the first opens it anew.
      if (this.#chains.get(key) === known) this.#chains.delete(key);
      return this.#chain(jumps);
    }
    const opening = this.#openLast(jumps.slice(0, -1), last);
    this.#chains.set(key, opening);
    opening.catch(() => this.#chains.delete(key));
    return opening;
  }

  async #openLast(before: readonly SshPeer[], last: SshPeer): Promise<SshConnection> {
    const via = await this.#chain(before);
    this.#opened += 1;
    return this.#open(last, via, this.#closing.signal);
  }
}

/** A connection whose loss is blamed on the bastion, when that was lost. */
export function throughBastion(connection: SshConnection, via: SshConnection): SshConnection {
  return {
    ...connection,
    lossReason: () => {
      const own = connection.lossReason();
      const loss = via.lossReason();
      return own === undefined || loss === undefined
        ? own
        : new Error(`the connection to ${via.peer.name} on the way was lost: ${loss.message}`);
    },
  };
}

/** A stream to a server's port from a bastion. @throws BootstrapError `connect.*` in the bastion's words */
export function forward(via: SshConnection, peer: SshPeer, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
    };
    const fail = (cause: unknown): void => {
      settle();
      reject(bastionRefusal(via.peer, peer, cause, via.lossReason()));
    };
    try {
      via.client.forwardOut('127.0.0.1', 0, peer.address, peer.port, (error, channel) => {
        settle();
        if (error) fail(error);
        else if (signal.aborted) channel.close();
        else resolve(channel);
      });
    } catch (error) {
      fail(error);
    }
  });
}
