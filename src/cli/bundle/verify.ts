// ipvs-bootstrap bundle verify: whether a bundle is as it was made, to the last byte, and whose it is.
import { verifyBundle } from '../../bundle/check/verify.ts';
import { count } from '../../core/count.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { megabytes } from '../../core/megabytes.ts';
import type { Report } from '../../local/report.ts';
import { runStages } from '../../ui/stages.ts';
import type { CommandContext } from '../context.ts';

export async function run(
  { output, signal }: CommandContext,
  { allowedSigners }: { readonly allowedSigners?: string },
  path: string,
): Promise<number> {
  const verified: Awaited<ReturnType<typeof verifyBundle>>[] = [];
  const stage = {
    title: 'Compare with the manifest',
    run: async (report: Report) => {
      const found = await verifyBundle(path, { allowedSigners, report, signal });
      verified.push(found);
      return count(found.manifest.files.length, 'file');
    },
  };
  await runStages(output.format === 'json' ? [] : [stage], output, signal);
  if (output.format === 'json') await stage.run(() => undefined);
  for (const { manifest, signedBy } of verified) {
    const { kubernetesVersion, architecture, files } = manifest;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const facts = { kubernetesVersion, architecture, files: files.length, size };
    if (output.format === 'json') {
      output.result(JSON.stringify({ bundle: path, ...facts, ...(signedBy !== undefined && { signedBy }) }));
      continue;
    }
    const signature = signedBy === undefined ? '' : `, signed by ${signedBy}`;
    output.result(
      `${path} is whole: Kubernetes ${kubernetesVersion} for ${architecture}, ${count(files.length, 'file')}, ` +
        `${megabytes(size)}${signature}`,
    );
  }
  return exitCodes.done;
}
