// The parts of a reset that delete what might be somebody else's; each ends the shell with an error when it fails.
import { cmd, script, type Command } from '../core/command.ts';

interface EtcdPaths {
  readonly data: string;
  /** The static pod by which kubeadm runs etcd. */
  readonly manifest: string;
  /** Keeps what is known until the reset is through. */
  readonly mark: string;
}

/**
 * Before `kubeadm reset`, which takes the manifest away: only with one the data is kubeadm's. Newer ones empty the
 * directory without one too (kubernetes/kubeadm#3225).
 * @param skip flags that keep `kubeadm reset` from that; added to the shell's arguments where they are needed
 */
export function noteEtcd({ data, manifest, mark }: EtcdPaths, skip: readonly string[]): Command {
  return cmd`data=${data} manifest=${manifest} mark=${mark}
if [ -e "$manifest" ]; then
  ${writeMark}
elif [ ! -e "$mark" ] && [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
  set -- "$@" ${skip}
fi`;
}

const writeMark = script(
  'mkdir -p "${mark%/*}" && : >"$mark" && { sync "$mark" 2>/dev/null || sync; } || exit',
);

/** When etcd has stopped. */
export function clearEtcd({ data, mark }: EtcdPaths): Command {
  return cmd`if [ -e ${mark} ]; then rm -rf --one-file-system ${data} || exit; fi`;
}
