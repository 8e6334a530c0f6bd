// The shape of an operation: a pure planner from a wanted state and facts to the steps that lead there.
import type { z } from 'zod';
import type { Command } from '../core/command.ts';
import type { Content, Secret } from '../core/secret.ts';
import type { DiagnosisRequest } from '../diagnosis/request.ts';
import type { FactQuery } from '../facts/fact.ts';
import type { ReportData } from './report-data.ts';

interface StepBase {
  /** What it does, as an imperative sentence for the plan: "load ip_vs_rr". Never contains a secret. */
  readonly title: string;
  /** Another host that must do it, such as the first control plane; the task's own host by default. */
  readonly on?: string;
  /** Parts of what it sends, and of what is there in its place, that nobody may see wherever they show. */
  readonly secrets?: readonly Secret[];
}

/** Runs a command; any exit code but 0 fails the task. */
export interface ExecStep extends StepBase {
  readonly kind: 'exec';
  readonly command: Command;
  readonly stdin?: Content | undefined;
  readonly timeoutMs?: number | undefined;
  /** What it changes, for the diff. */
  readonly change?: TextChange;
}

/** Something that is written as text but is no file of the host, such as an API object. */
export interface TextChange {
  /** What people call it: "Service user-a-ns/nginx". */
  readonly name: string;
  /** Undefined when it is new. */
  readonly before?: string | undefined;
  readonly after: string;
}

/** Writes a small text file: temporary name, permissions, fsync, rename. Parent directories are made. */
export interface WriteStep extends StepBase {
  readonly kind: 'write';
  readonly path: string;
  readonly content: Content;
  /** Octal permission bits, such as 0o644. */
  readonly mode: number;
  /** What is there now, for the diff; undefined when nothing is. */
  readonly before?: string | undefined;
  /** Where a foreign file that stands in the way is copied to first. */
  readonly backup?: string | undefined;
}

/** Removes a file (not a directory). Nothing happens when it is gone already. */
export interface RemoveStep extends StepBase {
  readonly kind: 'remove';
  readonly path: string;
}

/** Sends a local file: temporary name, sha256 checked on the host, permissions, fsync, rename. */
export interface UploadStep extends StepBase {
  readonly kind: 'upload';
  readonly localPath: string;
  readonly path: string;
  readonly mode: number;
  readonly sha256: string;
  /** Size in bytes. */
  readonly size: number;
  /** Where a foreign file that stands in the way is copied to first. */
  readonly backup?: string | undefined;
}

export type Step = ExecStep | WriteStep | RemoveStep | UploadStep;

/** A reason why the wanted state cannot be reached, or a difference that a check found. */
export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
  /** Machine-readable parts of it (node, address, expected, actual) for JSON output. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** What a planner says. No steps and no problems: the host is already as wanted. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Stop the run: before any change when found in the preview. */
  readonly problems?: readonly Problem[];
  /** What is being waited for; the engine reads the facts again until it is undefined or the task's `wait` is over. */
  readonly pending?: string | undefined;
  /** What the user can do when that was waited for in vain, where more is known than to try again. */
  readonly pendingHint?: string | undefined;
  /** What these steps hang on as long as earlier tasks of the run have not done theirs; a plan says so. */
  readonly unsettled?: string | undefined;
  /** Said to the user and otherwise without effect. */
  readonly warnings?: readonly string[] | undefined;
  /** Things worth showing after a successful check, such as verify's table; rows of named cells. */
  readonly report?: readonly Readonly<Record<string, string>>[] | undefined;
  /** The same and more for programs and pictures; told also when there are problems. */
  readonly data?: ReportData | undefined;
}

/** A question to a host; without `host` to the task's own. */
export interface FactNeed {
  readonly query: FactQuery<unknown>;
  readonly host?: string;
  /** A host that cannot be reached gives undefined and does not fail the task. */
  readonly optional?: true;
}

/** Values of the facts that `needs` named; asking for another one is a bug and throws. */
export interface FactReader {
  get<Value>(query: FactQuery<Value>, host?: string): Value;
}

/** What an earlier task of the same run is about to do, as a plan knows it. */
export interface PlannedChange {
  readonly operation: string;
  /** Whether it happens on the task's own host. */
  readonly isHere: boolean;
  /** The file that a step writes, removes or uploads. */
  readonly path?: string | undefined;
}

export interface Operation<Schema extends z.ZodType = z.ZodType> {
  /** noun.endState: `kernel-modules.loaded`. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Schema of `with` in a playbook. */
  readonly args: Schema;
  /** A task that names it, in YAML, for somebody to copy into a playbook; blank lines around it do not count. */
  readonly example: string;
  /** Code of the error that its problems become; `preflight.failed` by default. */
  readonly problemCode?: 'preflight.failed' | 'verify.drift';
  /** Set when the operation acts on every run, with the reason; such operations are counted in a test. */
  readonly repeats?: string;
  needs(args: z.output<Schema>): readonly FactNeed[];
  /** Whether a change made before it in the same run gives it other steps than its facts tell now. */
  reactsTo?(args: z.output<Schema>, change: PlannedChange): boolean;
  plan(args: z.output<Schema>, facts: FactReader): Plan;
  /** What to look at when it fails, or takes longer than usual. */
  diagnosis?(args: z.output<Schema>): DiagnosisRequest;
}

/** Declares an operation; exists so that `args` types the planner's parameters. */
export function defineOperation<Schema extends z.ZodType>(operation: Operation<Schema>): Operation<Schema> {
  return operation;
}

/** Nothing to do. */
export const unchanged: Plan = { steps: [] };
