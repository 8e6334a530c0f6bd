// The shape of what is known of a distribution's release. What was found nowhere is left out. Checks look at the host itself
// wherever they can: these facts tell what to expect of it, and what to do.
import type { Source } from './sources.ts';

/** A package that the distribution's own repositories do not have. */
export interface Elsewhere {
  /** Where it is and how to get it: sentences for a person. */
  readonly advice: string;
  /** With this package there, a repository that has it is there too. */
  readonly broughtBy?: string;
}

export interface Release {
  /** VERSION_ID, or how it begins: 9 stands for 9.4 too. */
  readonly version: string;
  /** The last day with general fixes, those that nobody pays extra for, as YYYY-MM-DD. */
  readonly until?: string;
  /** Version of the control groups that it boots with. */
  readonly cgroups?: 1 | 2;
  readonly selinux?: 'enforcing' | 'permissive' | 'off';
  /** Whether firewalld runs, unless somebody has chosen otherwise. */
  readonly firewalld?: boolean;
  /** By Debian's name. */
  readonly lacks?: Readonly<Record<string, Elsewhere>>;
  /** How this program was run on it; left out where it never was. */
  readonly ran?: string;
  /** Where it was read. */
  readonly sources: readonly Source[];
}
