// A bundle's signature: that of its manifest, which has the checksums of all else. Made and checked by OpenSSH.
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { manifestFileName } from '../manifest.ts';

/** Name of the signature beside the manifest. */
export const signatureFileName = `${manifestFileName}.sig`;

/** What the signature is for: one that was made for something else does not count. */
const namespace = 'ipvs-bootstrap-bundle';

/**
 * Signs a file; the signature is written beside it, as FILE.sig. A key's passphrase is asked for on the terminal.
 * @throws BootstrapError `command.failed` or `interrupted`
 */
export async function signFile(file: string, key: string, signal: AbortSignal): Promise<void> {
  try {
    await runProgram('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', key, file], { signal });
  } catch (cause) {
    throwIfInterrupted(signal);
    throw new BootstrapError('command.failed', `ssh-keygen cannot sign with ${key}`, {
      hint: 'It must be a private key of SSH, or the public one of a key that your agent has.',
      detail: saidBy(cause),
      cause,
    });
  }
}

/** @throws BootstrapError `file.unreadable`, so that long work does not end there */
export async function requireReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    throw new BootstrapError('file.unreadable', `cannot read ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * The name under which the file of allowed signers has whoever has signed these bytes, the manifest that was read in
 * `directory`. Nothing else may be used as the manifest then: the file is not looked at again.
 * @throws BootstrapError `bundle.invalid` when nobody has, somebody else has, or the manifest is another since
 */
export async function checkSignature(
  directory: string,
  manifest: Uint8Array,
  allowedSigners: string,
  signal?: AbortSignal,
): Promise<string> {
  await requireReadable(allowedSigners);
  const signature = join(directory, signatureFileName);
  await access(signature).catch((cause: unknown) => {
    throw refused(
      `the bundle in ${directory} is not signed: it has no ${signatureFileName}`,
      undefined,
      cause,
    );
  });
  const files = ['-f', allowedSigners, '-s', signature];
  const ask = async (...args: readonly string[]): Promise<string> =>
    runProgram('ssh-keygen', ['-Y', ...args, ...files], { signal, input: manifest });
  const names = await ask('find-principals').catch((cause: unknown) => {
    throwIfInterrupted(signal);
    throw refused(
      `${allowedSigners} does not have whoever has signed the bundle in ${directory}`,
      saidBy(cause),
      cause,
    );
  });
  const [name = ''] = names.split('\n');
  await ask('verify', '-n', namespace, '-I', name).catch((cause: unknown) => {
    throwIfInterrupted(signal);
    throw refused(`the signature of the bundle in ${directory} is wrong`, saidBy(cause), cause);
  });
  return name;
}

function refused(message: string, detail: string | undefined, cause: unknown): BootstrapError {
  return new BootstrapError('bundle.invalid', message, {
    hint: 'Nothing of it was used. Get the bundle anew from those who made it, and ask them what they sign with.',
    detail,
    cause,
  });
}
