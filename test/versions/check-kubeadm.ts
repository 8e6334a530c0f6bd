// kubeadm reads our documents and makes its files from them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isSince } from '../../src/kube/version.ts';
import { linesOf, type ProgramRun, type TemporaryRoot } from './in-root.ts';
import type { Scenario } from './scenarios.ts';

export interface KubeadmCheck {
  /** Its command that has judged the documents. */
  readonly judgedBy: 'config validate' | 'config migrate';
  readonly lines: readonly string[];
  readonly problems: readonly string[];
  /** kube-proxy's configuration as kubeadm makes it of ours, where it can be asked for. */
  readonly kubeProxyConfig?: string;
}

/** Phases that make files only, in the order of `kubeadm init`. */
const phases = [
  ['certs', 'all'],
  ['kubeconfig', 'all'],
  ['control-plane', 'all'],
  ['etcd', 'local'],
];

export async function checkKubeadm(root: TemporaryRoot, scenario: Scenario): Promise<KubeadmCheck> {
  const judgedBy = isSince(scenario.version, '1.28') ? 'config validate' : 'config migrate';
  const runs: (readonly [what: string, run: ProgramRun])[] = [];
  for (const [name, text] of documentsOf(scenario)) {
    root.write(`/${name}.yaml`, text);
    runs.push([`${judgedBy} of ${name}`, await judge(root, judgedBy, name)]);
  }
  for (const phase of phases) {
    const run = await root.run('kubeadm', 'init', 'phase', ...phase, '--config', '/init.yaml');
    runs.push([`init phase ${phase.join(' ')}`, run]);
  }
  const printed = await printedProxy(root, scenario);
  // What it prints is no message.
  if (printed !== undefined) runs.push(['init phase addon kube-proxy', { ...printed, stdout: '' }]);
  const failed = runs.filter(([, { exitCode }]) => exitCode !== 0);
  return {
    judgedBy,
    lines: runs.flatMap(([, run]) => linesOf(run)),
    problems:
      failed.length > 0
        ? failed.map(([what, run]) => `${what} failed: ${linesOf(run).join(' ')}`)
        : missingFlags(root, scenario),
    ...(printed?.exitCode === 0 && { kubeProxyConfig: kubeProxyConfig(printed.stdout) }),
  };
}

function documentsOf(scenario: Scenario): readonly (readonly [name: string, text: string])[] {
  const { init, joinWorker, joinControlPlane } = scenario;
  const all = { init, 'join-worker': joinWorker, 'join-control-plane': joinControlPlane };
  return Object.entries(all).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

async function judge(
  root: TemporaryRoot,
  judgedBy: KubeadmCheck['judgedBy'],
  name: string,
): Promise<ProgramRun> {
  const file = `/${name}.yaml`;
  if (judgedBy === 'config validate') return root.run('kubeadm', 'config', 'validate', '--config', file);
  const files = ['--old-config', file, '--new-config', `/${name}.new.yaml`];
  return root.run('kubeadm', 'config', 'migrate', ...files);
}

/** From 1.32 on kubeadm prints what it would install by a configuration. */
async function printedProxy(root: TemporaryRoot, { version }: Scenario): Promise<ProgramRun | undefined> {
  if (!isSince(version, '1.32')) return undefined;
  const phase = ['init', 'phase', 'addon', 'kube-proxy', '--print-manifest'];
  return root.run('kubeadm', ...phase, '--config', '/init.yaml');
}

function kubeProxyConfig(manifests: string): string {
  const maps = parseAllDocuments(manifests).map((document) => document.toJS() as unknown);
  const found = maps.find((one) => (one as { kind?: string } | null)?.kind === 'ConfigMap');
  return (found as { data: Readonly<Record<string, string>> }).data['config.conf'] ?? '';
}

/** Flags of the control plane that say what our documents say; those that are not there. */
function missingFlags(root: TemporaryRoot, scenario: Scenario): readonly string[] {
  return wantedFlags(scenario).flatMap(([component, flags]) => {
    const manifest = readFileSync(join(root.directory, `etc/kubernetes/manifests/${component}.yaml`), 'utf8');
    const words = manifest.split('\n').map((line) => line.trim().replace(/^- /, ''));
    return flags.filter((flag) => !words.includes(flag)).map((flag) => `${component} has no ${flag}`);
  });
}

function wantedFlags({
  settings,
}: Scenario): readonly (readonly [component: string, flags: readonly string[]])[] {
  const services = `--service-cluster-ip-range=${settings.serviceCIDRs.join(',')}`;
  const election =
    settings.leaderElection === undefined
      ? '--leader-elect=false'
      : `--leader-elect-lease-duration=${settings.leaderElection.leaseDuration}s`;
  const { etcd } = settings;
  return [
    ['kube-apiserver', [services, '--advertise-address=100.67.151.2']],
    ['kube-controller-manager', [services, `--cluster-cidr=${settings.podCIDRs.join(',')}`, election]],
    ['kube-scheduler', [election]],
    ['etcd', etcd === undefined ? [] : [`--heartbeat-interval=${etcd.heartbeatInterval}`]],
  ];
}
