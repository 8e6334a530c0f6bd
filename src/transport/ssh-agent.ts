// The keys of an SSH agent.
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';

export interface AgentKeys {
  readonly socket: string;
  readonly keys: readonly ParsedKey[];
  /** Why there are none, when there should be some. */
  readonly problem: string | undefined;
}

/** Asks an agent for its keys; no agent has none. */
export function readAgent(socket: string | undefined): Promise<AgentKeys> {
  if (socket === undefined) return Promise.resolve({ socket: '', keys: [], problem: undefined });
  return new Promise((resolve) => {
    new ssh2.OpenSSHAgent(socket).getIdentities((error, keys) => {
      const problem = error ? `the agent at ${socket} does not answer: ${error.message}` : undefined;
      resolve({ socket, keys: (keys ?? []).filter((key) => 'getPublicSSH' in key), problem });
    });
  });
}

/** An agent that offers one of its keys only, so that each try can be named. */
export function singleKeyAgent(agent: BaseAgent<ParsedKey>, key: ParsedKey): BaseAgent<ParsedKey> {
  return Object.assign(Object.create(agent) as BaseAgent<ParsedKey>, {
    getIdentities: (callback: (error: Error | undefined, keys: ParsedKey[]) => void) => {
      callback(undefined, [key]);
    },
  });
}
