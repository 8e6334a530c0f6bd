// The command line of kubectl on a control plane.
import { cmd, type Command } from '../core/command.ts';
import { kubernetesPaths } from './paths.ts';

/** `kubectl` as the cluster's administrator; requests do not hang when the API server does. */
export function kubectl(rest: Command): Command {
  return cmd`kubectl --kubeconfig=${kubernetesPaths.adminKubeconfig} --request-timeout=30s ${rest}`;
}

/** After so many seconds an API server that is overloaded counts as one that does not answer. */
export const probeSeconds = 90;

/** A kubectl that only reads: its end comes in time, whatever the API server does. */
export function kubectlProbe(rest: Command, seconds = probeSeconds): Command {
  return cmd`timeout ${seconds} ${kubectl(rest)}`;
}

/** How `apiProbe` says that the host has no administrator's kubeconfig; kubectl itself exits with 1. */
export const noKubeconfig = 66;

/** As `kubectlProbe`, on a host that may be no control plane yet. */
export function apiProbe(rest: Command, seconds = probeSeconds): Command {
  return cmd`[ -e ${kubernetesPaths.adminKubeconfig} ] || exit ${noKubeconfig}
${kubectlProbe(rest, seconds)}`;
}
