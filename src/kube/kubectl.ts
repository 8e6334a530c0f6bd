// The command line of kubectl on a control plane.
import { cmd, type Command } from '../core/command.ts';
import { kubernetesPaths } from './paths.ts';

/** `kubectl` as the cluster's administrator; requests do not hang when the API server does. */
export function kubectl(rest: Command): Command {
  return cmd`kubectl --kubeconfig=${kubernetesPaths.adminKubeconfig} --request-timeout=30s ${rest}`;
}
