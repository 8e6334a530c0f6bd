// The keys of an SSH agent.
import { connect } from 'node:net';
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { asError } from '../../core/errors.ts';

/** How long an agent may think about which keys it has. */
const patienceMs = 5000;
const requestIdentities = Buffer.from([0, 0, 0, 1, 11]);
const identitiesAnswer = 12;

export interface AgentKeys {
  readonly socket: string;
  readonly keys: readonly ParsedKey[];
  /** Keys that cannot be used, and why; or why there are none, when there should be some. */
  readonly problems: readonly string[];
}

/** Asks an agent for its keys; no agent has none. */
export async function readAgent(socket: string | undefined): Promise<AgentKeys> {
  if (socket === undefined) return { socket: '', keys: [], problems: [] };
  try {
    const entries = agentEntries(await listKeys(socket)).map(({ blob, comment }) => {
      const key = ssh2.utils.parseKey(blob);
      return key instanceof Error ? unusable(blob, comment) : Object.assign(key, { comment });
    });
    return {
      socket,
      keys: entries.filter((entry) => typeof entry !== 'string'),
      problems: entries.filter((entry) => typeof entry === 'string'),
    };
  } catch (error) {
    const why = asError(error).message;
    return { socket, keys: [], problems: [`the agent at ${socket} does not answer: ${why}`] };
  }
}

/** ssh2's own list leaves out what it does not know, such as certificates, without a word. */
function listKeys(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let received = Buffer.alloc(0);
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('it takes too long')));
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('it hung up'));
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readUInt32BE(0)) return;
      socket.destroy();
      if (received[4] === identitiesAnswer) resolve(received.subarray(5));
      else reject(new Error('it refuses to list its keys'));
    });
    socket.write(requestIdentities);
  });
}

/** The answer is a count, then key and comment of each, every one with its length in front. */
function agentEntries(answer: Buffer): { readonly blob: Buffer; readonly comment: string }[] {
  let offset = 4;
  const next = (): Buffer => {
    const start = offset + 4;
    offset = start + answer.readUInt32BE(offset);
    return answer.subarray(start, offset);
  };
  return Array.from({ length: answer.readUInt32BE(0) }, () => ({
    blob: next(),
    comment: next().toString('utf8'),
  }));
}

function unusable(blob: Buffer, comment: string): string {
  const type = blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
  return `the agent's key ${comment} is of the type ${type}, which is not supported`;
}

/** An agent that offers one of its keys only, so that each try can be named. */
export function singleKeyAgent(agent: BaseAgent<ParsedKey>, key: ParsedKey): BaseAgent<ParsedKey> {
  return Object.assign(Object.create(agent) as BaseAgent<ParsedKey>, {
    getIdentities: (callback: (error: Error | undefined, keys: ParsedKey[]) => void) => {
      callback(undefined, [key]);
    },
  });
}
