// Reads the passwords that a command needs, from where the inventory says; what has to be typed is asked for once.
import type { Redactor } from '../../core/secret.ts';
import { createSecretReader, type SecretReader } from '../../transport/login/secret-reader.ts';
import type { CommandContext } from '../context.ts';
import { askSecret } from '../local/ask-secret.ts';

/** @param redactor learns what was read */
export function secretReader(
  { environment, signal }: Pick<CommandContext, 'environment' | 'signal'>,
  redactor: Redactor,
): SecretReader {
  const { stdin, stderr } = process;
  const terminal = { input: stdin, write: (text: string) => void stderr.write(text) };
  const ask = (question: string): Promise<string> => {
    signal.throwIfAborted();
    return askSecret(terminal, question);
  };
  return createSecretReader({
    variables: environment,
    remember: (secret) => {
      redactor.add(secret);
    },
    ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
  });
}
