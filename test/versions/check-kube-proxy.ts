// kube-proxy reads a configuration and writes out what it has understood.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isWithin, restrictTo } from '../../src/kube/objects/subset.ts';
import { linesOf, type TemporaryRoot } from './in-root.ts';

export interface KubeProxyCheck {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/** Shows it `config` and looks whether `wanted` is in what it understood. */
export async function checkKubeProxy(
  root: TemporaryRoot,
  config: string,
  wanted: Readonly<Record<string, unknown>>,
): Promise<KubeProxyCheck> {
  root.write('/kube-proxy.yaml', config);
  const files = ['--config', '/kube-proxy.yaml', '--write-config-to', '/understood.yaml'];
  const run = await root.run('kube-proxy', ...files);
  const lines = linesOf(run);
  if (run.exitCode !== 0) return { lines, problems: [`kube-proxy failed: ${lines.join(' ')}`] };
  const understood: unknown = parse(readFileSync(join(root.directory, 'understood.yaml'), 'utf8'));
  if (isWithin(wanted, understood)) return { lines, problems: [] };
  const shown = JSON.stringify(restrictTo(wanted, understood));
  return { lines, problems: [`kube-proxy understood ${shown} instead of ${JSON.stringify(wanted)}`] };
}
