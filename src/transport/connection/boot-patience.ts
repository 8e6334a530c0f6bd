// Tries again while a host refuses logins because it boots, for a while.
import { setTimeout as sleep } from 'node:timers/promises';
import { BootstrapError, type ErrorCode } from '../../core/errors.ts';
import type { ConnectRetry, Host } from '../../core/host.ts';
import { interrupted } from '../shell/run-failure.ts';
import { sshDefaults, type SshTarget } from '../ssh-target.ts';

const firstPauseMs = 1000;
const longestPauseMs = 5000;

/** What a host does that goes down or comes up, and a host that is not there does as well. */
const silence: readonly ErrorCode[] = [
  'connect.refused',
  'connect.timeout',
  'connect.unreachable',
  'connect.handshake',
  'connect.lost',
];

type PatientTarget = Pick<SshTarget, 'name' | 'bootTimeoutMs'>;

/**
 * Opens a host. One that says that it boots is waited for; one that is silent only where somebody has said for how long,
 * because most of these are not there at all.
 */
export async function openWhileBooting(
  { name, bootTimeoutMs }: PatientTarget,
  open: () => Promise<Host>,
  signal?: AbortSignal,
  onRetry?: (retry: ConnectRetry) => void,
): Promise<Host> {
  const limitMs = bootTimeoutMs ?? sshDefaults.bootTimeoutMs;
  const giveUpAt = Date.now() + limitMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * attempt);
      if (!isBooting(error, bootTimeoutMs !== undefined)) throw error;
      if (Date.now() + pauseMs > giveUpAt) throw attempt === 1 ? error : inVain(error, limitMs);
      onRetry?.({ error, attempt, pauseMs });
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw interrupted(name, signal);
      });
    }
  }
}

function isBooting(error: unknown, waitsForSilent: boolean): error is BootstrapError {
  if (!(error instanceof BootstrapError)) return false;
  return error.data?.isPassing === true || (waitsForSilent && silence.includes(error.code));
}

function inVain(error: BootstrapError, limitMs: number): BootstrapError {
  const hint = `It was tried again for ${limitMs / 1000} s; ssh.bootTimeout in the inventory says for how long.`;
  return error.with({ hint: error.hint === undefined ? hint : `${error.hint} ${hint}` });
}
