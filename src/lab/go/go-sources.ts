// Where the user lets Go get modules from: proxies, the database of checksums, and what is private.
import { z } from 'zod';
import { hideLogins } from '../../core/secret.ts';
import { runProgram } from '../../local/programs/program.ts';
import type { GoCommand } from './go-command.ts';

const settings = z.object({
  GOPROXY: z.string(),
  GOSUMDB: z.string(),
  GONOSUMDB: z.string(),
  GONOPROXY: z.string(),
  GOPRIVATE: z.string(),
  GOINSECURE: z.string(),
});

/** The settings of the go command that count for the lab as well, by their names. */
export type GoSources = Readonly<z.infer<typeof settings>>;

/** Asks the go command, which knows the user's environment, the user's own file and the defaults. */
export async function goSources({ program }: GoCommand, signal: AbortSignal): Promise<GoSources> {
  const args = ['env', '-json', ...Object.keys(settings.shape)];
  // The defaults lie in the command's own root; and a module in the current directory must not have it get another Go.
  const env = { GOROOT: '', GOTOOLCHAIN: 'local', GOFLAGS: '' };
  const found = settings.parse(JSON.parse(await runProgram(program, args, { env, signal })));
  return { ...found, GOPROXY: proxiesOnly(found.GOPROXY) };
}

/**
 * The list without `direct`, unless there is no proxy in it: from where the sources are kept Kubernetes takes git, and
 * an hour.
 */
export function proxiesOnly(list: string): string {
  const proxies = list.replace(/(?:^|[,|])direct(?=$|[,|])/g, '').replace(/^[,|]+/, '');
  return proxies === '' ? list : proxies;
}

/** A text without the users and passwords in its URLs. What stands after commas and in paths of modules is none of them. */
export function withoutLogins(text: string): string {
  const parts = text.split(/([,|]|\/@)/);
  return parts.map((part) => hideLogins(part)).join('');
}
