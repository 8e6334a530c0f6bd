// The page about distributions for the documentation, made from the facts that the program acts on.
import { distributions, type Family } from './distributions.ts';
import { moduleSources, type ModuleSource } from './kernel-modules.ts';
import { packages } from './packages.ts';
import type { Release } from './release.ts';
import { releases } from './releases.ts';
import { sources, type Source } from './sources.ts';

/** Markdown. What depends on the day is left out. */
export function distributionPage(): string {
  const lines = [
    '# Distributions',
    '',
    'What this program knows of Linux distributions and their releases. Made from `src/platform/`: change it there.',
    'An empty cell means that nobody has found it out. The checks look at the host itself wherever they can.',
    '',
    '## Releases',
    '',
    ...releaseTable(),
    '',
    'Services have the same names everywhere: `containerd.service`, `keepalived.service`, `kubelet.service`.',
    '',
    '## What to install from elsewhere',
    '',
    ...elsewhere(),
    '',
    '## Packages',
    '',
    'Packages that are not listed have the same name everywhere.',
    '',
    ...packageTable(),
    '',
    '## Kernels without IPVS',
    '',
    'What is said when a kernel module is missing. RELEASE stands for what `uname -r` says.',
    '',
    ...moduleTable(),
    '',
    '## Sources',
    '',
    ...Object.entries(sources).map(([key, place]) => `- ${key}: ${place}`),
  ];
  return `${lines.join('\n')}\n`;
}

function releaseTable(): readonly string[] {
  const heading = [
    'distribution',
    'release',
    'run',
    'general fixes until',
    'control groups by default',
    'SELinux by default',
    'firewalld by default',
    'not in its own repositories',
    'sources',
  ];
  const rows = distributions.flatMap(({ id, name }) =>
    (releases[id] ?? []).map((release) => [name, ...releaseCells(release)]),
  );
  return table(heading, rows);
}

function packageTable(): readonly string[] {
  const heading = ['Debian family', 'RHEL family', 'SUSE family', 'what is taken in its place', 'source'];
  const rows = Object.entries(packages).map(
    ([name, { names = {}, replacedBy = [], program, source = '' }]) => [
      name,
      names.rhel ?? name,
      names.suse ?? name,
      [...replacedBy, ...(program === undefined ? [] : [`a program \`${program}\``])].join(', '),
      source,
    ],
  );
  return table(heading, rows);
}

function moduleTable(): readonly string[] {
  const rows = moduleSources.map((entry) => [
    owners(entry),
    entry.release === undefined ? 'all others' : `\`${entry.release.source}\``,
    entry.advice('RELEASE'),
    entry.source ?? '',
  ]);
  return table(['distribution', 'kernels', 'what to do', 'source'], rows);
}

function releaseCells(release: Release): readonly string[] {
  const { version, ran, until, cgroups, selinux, firewalld, lacks = {} } = release;
  return [
    version,
    ran ?? 'never',
    until ?? '',
    cgroups === undefined ? '' : `version ${cgroups}`,
    selinux ?? '',
    firewalld === undefined ? '' : firewalld ? 'active' : 'not installed',
    Object.keys(lacks).join(', '),
    [...new Set<Source>(release.sources)].join(', '),
  ];
}

const familyNames: Readonly<Record<Family, string>> = {
  debian: 'Debian family',
  rhel: 'RHEL family',
  suse: 'SUSE family',
};

function owners({ ids = [], family }: ModuleSource): string {
  const names = ids.map((id) => distributions.find((one) => one.id === id)?.name ?? id);
  return family === undefined ? names.join(', ') : familyNames[family];
}

/** Each advice once, with the releases that it is for. */
function elsewhere(): readonly string[] {
  const places = distributions.flatMap(({ id, name }) =>
    (releases[id] ?? []).flatMap(({ version, lacks = {} }) =>
      Object.entries(lacks).map(([missing, { advice }]) => ({
        text: `${missing}: ${advice}`,
        release: `${name} ${version}`,
      })),
    ),
  );
  const texts = [...new Set(places.map(({ text }) => text))];
  return texts.map((text) => {
    const of = places.filter((place) => place.text === text).map(({ release }) => release);
    return `- ${text} (${of.join(', ')})`;
  });
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [heading, heading.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}
