// The real kubeadm and kube-proxy of one version judge the documents that are written for it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { toYaml } from '../../src/render/yaml.ts';
import { checkImages } from './check-images.ts';
import { checkKubeadm, type KubeadmCheck } from './check-kubeadm.ts';
import { checkKubeProxy } from './check-kube-proxy.ts';
import { reviewLines } from './expected-warnings.ts';
import { linesOf, withTemporaryRoot } from './in-root.ts';
import { goldenText, scenariosOf, type Scenario, type ScenarioName } from './scenarios.ts';

export interface ProgramsCheck {
  /** Of the documents that were shown; others want to be shown again. */
  readonly documents: string;
  readonly judgedBy: KubeadmCheck['judgedBy'];
  readonly scenarios: readonly ScenarioName[];
  /** Names of the expected warnings that came. */
  readonly warnings: readonly string[];
  /** None when all is well. */
  readonly problems: readonly string[];
}

/** Tells one version's documents from others. */
export function documentsDigest(version: string): string {
  return createHash('sha256').update(goldenText(version)).digest('hex').slice(0, 16);
}

/** Checks all scenarios of `version` (1.16 or later) with the programs `kubeadm` and `kube-proxy` of a directory. */
export async function checkPrograms(directory: string, version: string): Promise<ProgramsCheck> {
  const scenarios = scenariosOf(version);
  const programs = ['kubeadm', 'kube-proxy'].map((name) => join(directory, name));
  const checks = [await checkVersions(programs, version)];
  for (const scenario of scenarios) checks.push(await checkScenario(programs, scenario));
  return {
    documents: documentsDigest(version),
    judgedBy: checks.flatMap(({ judgedBy }) => judgedBy ?? [])[0] ?? 'config validate',
    scenarios: scenarios.map(({ name }) => name),
    warnings: [...new Set(checks.flatMap(({ warnings }) => warnings))],
    problems: checks.flatMap(({ problems }) => problems),
  };
}

interface ScenarioCheck {
  readonly judgedBy?: KubeadmCheck['judgedBy'];
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

/** Programs of another version would prove nothing. */
async function checkVersions(programs: readonly string[], version: string): Promise<ScenarioCheck> {
  return withTemporaryRoot(programs, async (root) => {
    const { run } = root;
    const said = [await run('kubeadm', 'version', '-o', 'short'), await run('kube-proxy', '--version')];
    const wrong = said.filter(({ stdout }) => !stdout.trim().endsWith(version));
    const problems = wrong.map((one) => `is not ${version}: ${linesOf(one).join(' ')}`);
    return { warnings: [], problems: [...problems, ...(await checkImages(root, version))] };
  });
}

async function checkScenario(programs: readonly string[], scenario: Scenario): Promise<ScenarioCheck> {
  const { version, name } = scenario;
  return withTemporaryRoot(programs, async (root) => {
    const kubeadm = await checkKubeadm(root, scenario);
    const wanted = scenario.kubeProxy ?? {};
    const kubeProxy = await checkKubeProxy(root, kubeadm.kubeProxyConfig ?? toYaml(wanted), wanted);
    const reviews = [
      reviewLines(kubeadm.lines, { version, program: 'kubeadm', scenario: name }),
      reviewLines(kubeProxy.lines, { version, program: 'kube-proxy', scenario: name }),
    ];
    const problems = [kubeadm, kubeProxy, ...reviews].flatMap((one) => one.problems);
    return {
      judgedBy: kubeadm.judgedBy,
      warnings: reviews.flatMap(({ warnings }) => warnings),
      problems: [...new Set(problems)].map((problem) => `${name}: ${problem}`),
    };
  });
}
