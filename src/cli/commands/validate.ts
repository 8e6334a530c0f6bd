// ipvs-bootstrap validate: everything that can be found wrong without connecting to a host.
import { validateInventory } from '../../app/validate.ts';
import { count } from '../../core/count.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { warningLines } from '../../ui/problem-text.ts';
import type { CommandContext } from '../context.ts';
import { localEnvironment } from '../local/local-environment.ts';

export async function run({ output }: CommandContext, _options: object, inventory: string): Promise<number> {
  const { warnings, ...report } = await validateInventory(inventory, localEnvironment());
  if (output.format === 'json') {
    output.result(JSON.stringify({ ...report, warnings: warnings.map(({ message }) => message) }));
    return exitCodes.done;
  }
  for (const warning of warnings) warningLines(warning, output.style).forEach(output.progress);
  output.result(
    `${inventory} is valid: cluster "${report.cluster}", Kubernetes ${report.kubernetesVersion} at ${report.endpoint}, ` +
      [
        count(report.controlPlanes, 'control plane'),
        count(report.workers, 'worker'),
        count(report.services, 'Service'),
        count(report.externalIPs, 'external IP'),
      ].join(', '),
  );
  return exitCodes.done;
}
