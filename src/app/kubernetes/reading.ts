// How what must be fetched before a run is fetched.
import type { WebOptions } from '../../download/connections.ts';
import type { SecretReader } from '../../transport/login/secret-reader.ts';

/** How much of the files is wanted. */
export interface Reading {
  /** Also what is in them, to be sent; else their names and digests alone. */
  readonly whole: boolean;
  /** Where what was fetched stays, an absolute path. */
  readonly cacheDirectory: string;
  readonly now: Date;
  /** How web servers are reached. */
  readonly through: Pick<WebOptions, 'proxy' | 'noProxy'>;
  /** For the passwords that the inventory names; without it there must be none. */
  readonly secrets?: SecretReader | undefined;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}
