// Asks for passwords and passphrases before a run, one question after the other.
import { BootstrapError } from '../../core/errors.ts';
import type { SshTarget } from '../ssh-target.ts';
import { planAuth, type AuthServices } from './auth-plan.ts';

/**
 * Reads all that logins on the targets and their bastions will need. What cannot be read is left to the login to tell.
 * @throws BootstrapError `interrupted` when somebody ends a question by Ctrl-C
 */
export async function unlockTargets(targets: readonly SshTarget[], services: AuthServices): Promise<void> {
  for (const target of targets) {
    const { become, becomePassword, jumps = [] } = target;
    for (const peer of [...jumps, target]) await ignoreFailure(planAuth(peer, services));
    if (become && becomePassword !== undefined)
      await ignoreFailure(services.secrets.read(becomePassword, 'sudo password'));
  }
}

async function ignoreFailure(reading: Promise<unknown>): Promise<void> {
  try {
    await reading;
  } catch (error) {
    if (!(error instanceof BootstrapError) || error.code === 'interrupted') throw error;
  }
}
