// What `versions` prints for people: a table of all minors, or a page about one version.
import type { VersionOverview } from '../../kube/version-overview.ts';
import type { VersionPage } from '../../kube/version-page.ts';
import { formatLabelled, formatTable } from '../../ui/format.ts';
import type { Style } from '../../ui/style.ts';

/** Terminals of people who read pages are at least as wide. */
const pageWidth = 100;

const sourceKey =
  '#n: a change in kubernetes/kubernetes · CL: a changelog · S: a source tree · KEP: kubernetes/enhancements';

export function overviewLines(rows: readonly VersionOverview[]): readonly string[] {
  return [
    ...formatTable(rows.map(overviewRow)),
    '',
    'Kubernetes plans to switch IPVS mode off in 1.40, and to remove it in 1.43.',
    'All about one: ipvs-bootstrap versions 1.37',
  ];
}

function overviewRow(row: VersionOverview): Record<string, string> {
  const binds = row.externalIPsBoundBy;
  return {
    version: row.minor,
    released: row.released ?? 'unknown',
    fixes: `${row.isSupported ? 'until' : 'ended'} ${row.endOfLife ?? '(day unknown)'}`,
    'ipvs mode': row.ipvs,
    'external ips bound by': row.areExternalIPsDeprecated ? `${binds} (deprecated)` : binds,
    'kubeadm api': row.kubeadmApi,
    'tried by us': row.triedReleases.join(', ') || '-',
  };
}

export function pageLines(name: string, page: VersionPage, style: Style): readonly string[] {
  const statements = page.statements.map(
    ({ subject, text, sources }) => [subject, `${text} [${sources.join(', ')}]`] as const,
  );
  const tried = page.trials.map(
    ({ version, system, runtime, family }) =>
      ['tried by us', `${version} on ${system}, ${runtime}, ${family}`] as const,
  );
  const untried = ['tried by us', 'not yet'] as const;
  return [
    style.strong(`Kubernetes ${name}`),
    '',
    ...formatLabelled([...statements, ...(tried.length > 0 ? tried : [untried])], pageWidth),
    ...page.waysOut.flatMap(({ goal, lines }) => [
      '',
      style.strong(`${goal}:`),
      ...lines.map((line) => `  ${line}`),
    ]),
    '',
    style.faint(sourceKey),
  ];
}
