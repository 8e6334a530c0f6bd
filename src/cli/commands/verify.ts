// ipvs-bootstrap verify: the kernel, the API and traffic compared; changes nothing.
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import { createScreen, type CommandContext, type Screen } from '../context.ts';
import type { RunOptions } from '../hosts/run-options.ts';
import { runPlaybook } from '../hosts/run-playbook.ts';

interface VerifyOptions extends RunOptions {
  /** The HTML file to write. */
  readonly report?: string;
  /** Also ask from outside, every cluster IP, and every Service. */
  readonly traffic?: boolean;
}

export async function run(
  context: CommandContext,
  options: VerifyOptions,
  inventory: string,
): Promise<number> {
  const request = {
    command: 'verify',
    playbook: shippedPlaybook(options.traffic === true ? 'verify-with-traffic' : 'verify'),
    mode: 'apply',
    changes: false,
    isLocalUnprivileged: true,
  } as const;
  // Nothing is changed, so one host in trouble is no reason not to look at the others.
  const { maxFailures = { percent: 100 } } = options;
  const verify = (screen: Screen): Promise<number> =>
    runPlaybook(context, inventory, { ...request, screen }, { ...options, maxFailures });
  const screen = await createScreen(context.output);
  if (options.report === undefined) return verify(screen);
  const { runWithReport } = await import('../hosts/run-with-report.ts');
  return runWithReport(options.report, screen, context.output, verify);
}
