// Finds private keys that the inventory names and that are not there, once each, before anything is connected.
import { access } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';
import type { LoadedInventory } from '../inventory/load.ts';
import { localPaths, type LocalEnvironment } from '../inventory/local-paths.ts';
import type { DocumentPath } from '../source/path.ts';

interface WrittenLogin {
  readonly identityFile?: string | undefined;
  readonly password?: unknown;
  readonly jump?: readonly WrittenLogin[] | undefined;
}

interface NamedKey {
  readonly file: string;
  readonly path: DocumentPath;
}

/** An error `connect.key` for each key that is missing. Where there is a password, a key is not needed. */
export async function missingKeys(
  { file, inventory, placeOf, excerptOf }: LoadedInventory,
  environment: LocalEnvironment,
): Promise<readonly BootstrapError[]> {
  const absolute = localPaths(file, environment);
  const named = inventory.hosts.flatMap(({ ssh = {} }, index) => keysOf(inventory.ssh, ssh, index));
  const places = new Map(named.toReversed().map((key) => [absolute(key.file), key.path]));
  const errors = await Promise.all(
    [...places].toReversed().map(async ([key, path]) => {
      // Of a key that an agent holds, the public half is enough.
      if ((await exists(key)) || (await exists(`${key}.pub`))) return [];
      const hint =
        'identityFile names a private key of yours, such as ~/.ssh/id_ed25519; "ssh-keygen" makes one.';
      const details = { where: placeOf(path), detail: excerptOf(path), data: { path: key }, hint };
      return [new BootstrapError('connect.key', `there is no key ${key}`, details)];
    }),
  );
  return errors.flat();
}

/** The keys that a host and the bastions before it are reached with, and the places that name them. */
function keysOf(common: WrittenLogin, own: WrittenLogin, host: number): readonly NamedKey[] {
  const base = (isOwn: boolean): DocumentPath => (isOwn ? ['hosts', host, 'ssh'] : ['ssh']);
  const {
    identityFile,
    password,
    jump = [],
  } = {
    identityFile: own.identityFile ?? common.identityFile,
    password: own.password ?? common.password,
    jump: own.jump ?? common.jump,
  };
  const bastions = jump.flatMap((bastion, index) =>
    bastion.identityFile === undefined || bastion.password !== undefined
      ? []
      : [
          {
            file: bastion.identityFile,
            path: [...base(own.jump !== undefined), 'jump', index, 'identityFile'],
          },
        ],
  );
  if (identityFile === undefined || password !== undefined) return bastions;
  return [
    { file: identityFile, path: [...base(own.identityFile !== undefined), 'identityFile'] },
    ...bastions,
  ];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    // What may not be looked at is told by whoever reads it.
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );
}
