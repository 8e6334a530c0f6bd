// The table of all minor releases for the documentation, made from the same facts that the program acts on.
import { versionOverview, latestOf } from './version-overview.ts';
import { versionPage } from './version-page.ts';
import { releases } from './releases.ts';

/** Statements that fit a column, by their heading. */
const columns = { kernel: 'kernel', 'control groups': 'control groups', containerd: 'container runtime' };

/** Markdown with a row for each minor, newest first. What depends on the day is left out. */
export function versionReference(): string {
  const heading = [
    'version',
    'first release',
    'fixes until',
    'IPVS mode',
    'external IPs bound by',
    'kubeadm API',
    ...Object.keys(columns),
    'tried with',
  ];
  const lines = [
    '# Kubernetes versions',
    '',
    'What this program knows of each minor release, as its latest patch release has it. Made from `src/kube/`: change it',
    'there. `ipvs-bootstrap versions VERSION` tells more of one, and where each fact was read.',
    '',
    row(heading),
    row(heading.map(() => '---')),
    ...releases.map(({ minor }) => row(cells(minor))),
  ];
  return `${lines.join('\n')}\n`;
}

function cells(minor: string): readonly string[] {
  const version = latestOf(minor);
  const overview = versionOverview(version, '');
  const { statements, trials } = versionPage(version, '');
  return [
    minor,
    overview.released ?? 'unknown',
    overview.endOfLife ?? 'unknown',
    overview.ipvs,
    overview.externalIPsBoundBy,
    overview.kubeadmApi,
    ...Object.values(columns).map((subject) => statements.find((one) => one.subject === subject)?.text ?? ''),
    trials
      .map(({ version: tried, system, runtime, family }) => `${tried}: ${system}, ${runtime}, ${family}`)
      .join('<br>'),
  ];
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}
