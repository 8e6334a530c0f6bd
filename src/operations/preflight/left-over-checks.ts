// What speaks against a host because of what an earlier installation has left on it.
import type { FileLine, LeftOvers } from '../../facts/kubernetes/left-overs.ts';
import { flagObjection, kubeletFlags, type KubeletPlace } from '../../kube/kubeadm/kubelet-flags.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { problem, warning, type Finding } from './finding.ts';

const { etcdData, kubeletData } = kubernetesPaths;

/** Only a control plane gets an etcd. */
export function checkEtcdData({ etcdData: found }: LeftOvers, isControlPlane: boolean): readonly Finding[] {
  if (!isControlPlane || found.length === 0) return [];
  const message = found.includes('member')
    ? `${etcdData} holds the data of another etcd`
    : `${etcdData} is not empty: ${found.join(', ')}`;
  const hint = `A new cluster on old data has the old cluster's objects. If nobody needs it, move it away: "mv ${etcdData}/* SOMEWHERE".`;
  return [problem('etcd-data', message, hint)];
}

/** The kubelet cleans up after pods that it does not know, and so after what is mounted there. */
export function checkMounts({ mounts }: LeftOvers): readonly Finding[] {
  return mounts.map(({ device, place }) =>
    problem(
      'mounts',
      `${device} is mounted on ${place}, and no cluster is here that has mounted it`,
      `The kubelet clears ${kubeletData} of what it does not know. Take it off: "umount ${place}".`,
    ),
  );
}

/** @param isBrought whether this run installs containerd's program itself */
export function checkDeadStarts({ deadStarts }: LeftOvers, isBrought: boolean): readonly Finding[] {
  return deadStarts.flatMap(({ path, line, text }) => {
    const program = /^ExecStart=[-@:+!]*(\S+)/.exec(text)?.[1] ?? '';
    if (isBrought && program === '/usr/local/bin/containerd') return [];
    const hint = `${path} comes before the unit of a package: restore the program, or move the file away and run "systemctl daemon-reload".`;
    return problem('dead-unit', `${path}:${line} starts ${program}, which is not there`, hint);
  });
}

/** What kubeadm's own drop-in sets. One with a later name can set it otherwise. */
const kubeadmVariables = ['KUBELET_KUBECONFIG_ARGS', 'KUBELET_CONFIG_ARGS', 'KUBELET_KUBEADM_ARGS'];

export function checkKubeletSettings(
  { kubeletSettings }: LeftOvers,
  place: KubeletPlace,
): readonly Finding[] {
  const judged = kubeletSettings.flatMap((line) => {
    const objection = objectionTo(line, place);
    return objection === undefined ? [] : [{ line, objection }];
  });
  const bad = judged.map(({ line: { path, line }, objection }) =>
    problem(
      'kubelet-settings',
      `${path}:${line} gives the kubelet ${objection}`,
      'An earlier installation may have left it. Take the line away, or move the file elsewhere.',
    ),
  );
  const badFiles = new Set(judged.map(({ line }) => line.path));
  const others = kubeletSettings.filter((line) => isSetting(line) && !badFiles.has(line.path));
  const files = [...new Set(others.map(({ path }) => path))];
  return [
    ...bad,
    ...files.map((path) => {
      const said = others
        .filter((line) => line.path === path)
        .map((line) => `${line.line} (${subject(line)})`);
      const message = `${path} is there already and changes how the kubelet runs: line ${said.join(', ')}`;
      return warning('kubelet-settings', message, 'It stays as it is.');
    }),
  ];
}

function objectionTo({ path, text }: FileLine, place: KubeletPlace): string | undefined {
  const value = /^ExecStart=(.*)$/.exec(text)?.[1];
  if (path.endsWith('.conf') && value !== undefined) {
    const flag = firstObjection(value, place);
    return flag ?? (value === '' ? undefined : 'another command line');
  }
  const overridden = isVariable(path, text)
    ? kubeadmVariables.find((name) => text.includes(`${name}=`))
    : undefined;
  if (overridden !== undefined) return `another ${overridden} than kubeadm's`;
  return /KUBELET_\w*ARGS=/.test(text) ? firstObjection(text, place) : undefined;
}

function isVariable(path: string, text: string): boolean {
  return !path.endsWith('.conf') || text.startsWith('Environment=');
}

function firstObjection(text: string, place: KubeletPlace): string | undefined {
  for (const flag of kubeletFlags(text)) {
    const objection = flagObjection(flag, place);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** Packages bring an empty list of flags. */
function isSetting({ text }: FileLine): boolean {
  return !/^\[|^(export\s+)?KUBELET_EXTRA_ARGS=(""|'')?$|^ExecStart=$/.test(text);
}

/** Names alone: values may be secret, such as a proxy's password. */
function subject({ text }: FileLine): string {
  const flags = kubeletFlags(text).map(({ name }) => `--${name}`);
  if (flags.length > 0) return flags.join(' ');
  return /^(?:Environment=["']?)?([A-Za-z_]\w*)=/.exec(text)?.[1] ?? '…';
}
