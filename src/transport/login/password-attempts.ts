// A password as something to try, in the two ways in which servers ask for it.
import type { AnyAuthMethod } from 'ssh2';
import { describeSource, type SecretSource } from '../../core/secret-source.ts';
import type { Secret } from '../../core/secret.ts';
import type { AuthAttempt } from './auth-attempt.ts';

export function passwordAttempts(secret: Secret, source: SecretSource): readonly AuthAttempt[] {
  const label = `the password from ${describeSource(source)}`;
  return [
    {
      kind: 'password',
      id: 'password',
      label,
      isAgent: false,
      method: (username) => ({ type: 'password', username, password: secret.reveal() }),
    },
    {
      kind: 'keyboard-interactive',
      id: 'answer',
      label: `${label}, as an answer`,
      isAgent: false,
      method: (username, complain) => answerOnce(username, secret, complain),
    },
  ];
}

/** Answers one hidden question with the password. Anything else, such as a one-time code, is not known. */
function answerOnce(username: string, secret: Secret, complain: (question: string) => void): AnyAuthMethod {
  let isAnswered = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      const [first] = prompts;
      if (!isAnswered && prompts.length === 1 && first?.echo !== true) {
        isAnswered = true;
        finish([secret.reveal()]);
        return;
      }
      complain(prompts.map(({ prompt }) => prompt.trim()).join(' '));
      finish(prompts.map(() => ''));
    },
  };
}
