// A proxy for downloads: apt, containerd and our own commands are told of it, and nobody else.
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { goesDirectly } from '../../download/no-proxy.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { aptSites } from '../../facts/host/apt-sites.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { findFamily } from '../../platform/distributions.ts';
import {
  aptProxyFiles,
  environmentFiles,
  isAptPassword,
  proxyFiles,
  removedMark,
  type DownloadProxy,
  type ProxyFile,
} from '../../platform/download-proxy.ts';
import { debFiles } from '../../platform/kubernetes-debs.ts';
import { removeWithDirectory, removeStep } from '../files/remove-step.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, type FactReader, type Plan, type Problem, type Step } from '../operation.ts';
import { readUnitsStep } from '../systemd/unit-steps.ts';
import { downloadsArg, hidingLogins } from './proxy-args.ts';

const sites = ask(aptSites, { own: debFiles.list });

export const downloadProxyConfigured = defineOperation({
  name: 'download-proxy.configured',
  summary:
    'Tells apt, containerd and the commands of this program that download of a proxy, each by a file of our own, with all that is reached without it. No other program gets it. Without one, these files go.',
  args: z.strictObject({ downloads: downloadsArg }),
  example: `
- name: Tell what downloads of the proxy
  op: download-proxy.configured
  with: { downloads: '\${{ downloads }}' }
`,
  needs: ({ downloads }) => [
    ...(downloads === null ? [] : [{ query: ask(osRelease) }, { query: sites }]),
    ...Object.values(proxyFiles).map((path) => ({ query: ask(textFile, { path }) })),
  ],
  plan({ downloads }, facts) {
    if (downloads === null) return { steps: changeSteps([], facts) };
    const os = facts.get(ask(osRelease));
    const apt = findFamily(os.id, os.idLike) === 'debian' ? aptPlan(downloads, facts) : { files: [] };
    if (apt.problems !== undefined) return { steps: [], problems: apt.problems };
    const steps = changeSteps([...apt.files, ...environmentFiles(downloads)], facts);
    return { steps: hidingLogins(steps, [downloads.login]), warnings: apt.warnings };
  },
});

interface AptPlan extends Pick<Plan, 'problems' | 'warnings'> {
  readonly files: readonly ProxyFile[];
}

function aptPlan(downloads: DownloadProxy, facts: FactReader): AptPlan {
  const { login, proxy, noProxy } = downloads;
  if (login !== null && !isAptPassword(login.password)) return { files: [], problems: [blanks(login.user)] };
  const { hosts, hasMainProxy } = facts.get(sites);
  // Its settings know no IPv6 address as a name.
  const direct = hosts.filter(
    (host) => !host.includes(':') && goesDirectly(new URL(`http://${host}`), noProxy),
  );
  const warnings = hasMainProxy
    ? [`/etc/apt/apt.conf names a proxy, which counts more than ${proxy}: apt uses that one`]
    : [];
  return { files: aptProxyFiles(downloads, direct), warnings };
}

function blanks(user: string): Problem {
  return {
    message: `apt cannot be told the password of ${user} for the proxy: there is a blank in it`,
    hint: 'Give this user a password without blanks.',
  };
}

/** What goes is what is there and not wanted. systemd reads its units anew at once: others only restart the service. */
function changeSteps(wanted: readonly ProxyFile[], facts: FactReader): readonly Step[] {
  const found = (path: string) => facts.get(ask(textFile, { path }));
  const paths = Object.values(proxyFiles).filter((path) => !wanted.some((file) => file.path === path));
  const leaving = paths.filter((path) => found(path) !== null);
  const steps = [
    ...(leaving.some(isOfContainerd) ? [markStep] : []),
    // What names the variables goes before them.
    ...leaving.toReversed().map(removalOf),
    ...wanted.flatMap((file) => textFileSteps(file, found(file.path)).map(hideLogin)),
  ];
  return steps.some(changesUnits) ? [...steps, readUnitsStep] : steps;
}

function isOfContainerd(path: string): boolean {
  return path === proxyFiles.environment || path === proxyFiles.containerd;
}

/** Before they go: an interruption restarts the service once too often, and never too seldom. */
const markStep: Step = {
  kind: 'exec',
  title: `note in ${removedMark} that the proxy goes`,
  command: cmd`mkdir -p ${dirname(removedMark)} && touch ${removedMark}`,
};

function removalOf(path: string): Step {
  return path === proxyFiles.containerd ? removeWithDirectory(path) : removeStep(path);
}

/** What is there may hold a login though there is to be none any more. */
function hideLogin(step: Step): Step {
  const isShown = step.kind !== 'write' || step.path !== proxyFiles.environment;
  return isShown ? step : { ...step, before: undefined };
}

function changesUnits(step: Step): boolean {
  return step.title.endsWith(proxyFiles.containerd);
}
