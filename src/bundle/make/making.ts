// A bundle in the making, as the parts of the work share it.
import type { Report } from '../../local/report.ts';
import type { BundleFile } from '../manifest.ts';
import type { BundleContents } from './contents.ts';
import type { Fetched } from './fetched.ts';
import type { BundleRequest } from './request.ts';

/** What the parts work with, and what they leave for the manifest. */
export interface Making {
  readonly request: BundleRequest;
  readonly contents: BundleContents;
  readonly directory: string;
  readonly fetched: Fetched;
  /** In the order of the manifest; filled by the parts. */
  readonly files: BundleFile[];
}

export interface MakingStage {
  readonly title: string;
  /** Says in a few words what was done. */
  run(report: Report, signal: AbortSignal): Promise<string>;
}

/** How many of all had to be fetched, in words. */
export function howMany(missing: number, all: number, verb = 'fetched'): string {
  if (missing === 0) return 'there already';
  return missing === all ? `${all} ${verb}` : `${missing} of ${all} ${verb}`;
}
