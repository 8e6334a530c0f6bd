// ipvs-bootstrap versions: what this program knows of Kubernetes' versions. Connects to nothing and reads no file.
import { systemClock } from '../../core/clock.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { allOverviews } from '../../kube/version-overview.ts';
import { versionPage } from '../../kube/version-page.ts';
import { overviewLines, pageLines } from '../versions/lines.ts';
import type { CommandContext } from '../context.ts';
import { readVersion } from '../versions/read-version.ts';

export async function run(
  { output }: CommandContext,
  _options: object,
  version: string | undefined,
): Promise<number> {
  const today = systemClock.date().toISOString().slice(0, 10);
  if (version === undefined) {
    const rows = allOverviews(today);
    if (output.format === 'json') output.result(JSON.stringify(rows));
    else overviewLines(rows).forEach(output.result);
    return exitCodes.done;
  }
  const { name, version: wanted } = readVersion(version);
  const page = versionPage(wanted, today);
  if (output.format === 'json') output.result(JSON.stringify({ version: name, ...page }));
  else pageLines(name, page, output.style).forEach(output.result);
  return exitCodes.done;
}
