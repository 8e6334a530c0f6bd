// The parts of a reset that delete what might be somebody else's; each ends the shell with an error when it fails.
import { dirname } from 'node:path/posix';
import { cmd, script, type Command } from '../../core/command.ts';
import { forEachResult } from '../../kube/cni-results.ts';

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
  return cmd`if [ -e ${mark} ]; then
${clearDirectory(data)}
fi`;
}

/** Unmounts what the pods' volumes left below the kubelet's directory, which may be a link, and clears that. */
export function clearKubelet(directory: string): Command {
  return cmd`kubelet=$(readlink -f ${directory})
${unmountProgram}
${clearDirectory(directory)}`;
}

const unmountProgram = script(`
while read -r _ path _; do
  case $path in "$kubelet"/*) echo "$path";; esac
done </proc/self/mounts | sort -r | while read -r path; do umount "$path" || exit; done || exit
`);

/** Removes a directory. A mount point and a link are the administrator's: they stay, empty. */
function clearDirectory(path: string): Command {
  return cmd`directory=${path}
${clearProgram}`;
}

const clearProgram = script(`
if [ -d "$directory" ] && { [ -L "$directory" ] || mountpoint -q "$directory"; }; then
  find "$directory/" -xdev -mindepth 1 ! -path "$directory/lost+found" ! -path "$directory/lost+found/*" -delete || exit
else
  rm -rf --one-file-system "$directory" || exit
fi
`);

/** Ends the shims of the containerd at a socket, as one that missed the end of its containers stays for ever. */
export function endShims(socket: string): Command {
  return cmd`socket=${socket}
${shimProgram}`;
}

// Other programs have a containerd of their own, with the same namespace and another socket.
const shimProgram = script(`
resolve() { readlink -f "$1" || echo "$1"; }
for command in $(grep -lszx k8s.io /proc/[0-9]*/cmdline); do
  grep -qsz containerd-shim "$command" || continue
  address=$(tr '\\0' '\\n' 2>/dev/null <"$command" | sed -n '/^--*address$/{n;p;q;}')
  [ "$(resolve "$address")" = "$(resolve "$socket")" ] || continue
  pid=\${command#/proc/}
  kill -9 "\${pid%/*}" 2>/dev/null
done
`);

interface ConfigurationPaths {
  /** Where the runtime looks for networks, the cluster's and others. */
  readonly directory: string;
  /** Has the content until it is back. */
  readonly kept: string;
}

/**
 * Before a `kubeadm reset` that empties the directory. Networks of others stand in it, too, and by its configuration is
 * known what a pod network has left.
 */
export function keepConfigurations({ directory, kept }: ConfigurationPaths): Command {
  return cmd`directory=${directory} kept=${kept}
${keepProgram}`;
}

// One that is there already is of a reset that was interrupted: kubeadm may have emptied the directory meanwhile.
const keepProgram = script(`
if [ -d "$kept" ] && [ -d "$directory" ]; then
  cp -a "$directory/." "$kept/" || exit
elif [ -d "$directory" ]; then
  rm -rf "$kept.new" && mkdir -p "$kept.new" && cp -a "$directory/." "$kept.new/" && mv "$kept.new" "$kept" && sync || exit
fi
`);

/** After it. */
export function restoreConfigurations({ directory, kept }: ConfigurationPaths): Command {
  return cmd`directory=${directory} kept=${kept}
${restoreProgram}`;
}

const restoreProgram = script(`
if [ -d "$kept" ]; then
  mkdir -p "$directory" && cp -a "$kept/." "$directory/" && sync && rm -rf "$kept" || exit
fi
`);

interface NamespacePaths {
  /** Names of the CNI networks whose pods they are. */
  readonly networks: readonly string[];
  /** Where CNI keeps what it gave to each pod. */
  readonly results: string;
  /** Keeps the names until they are deleted. */
  readonly note: string;
}

/** Before `kubeadm reset`, which may take CNI's results away: notes the namespaces of the cluster's pods. */
export function notePodNamespaces({ networks, results, note }: NamespacePaths): Command {
  return cmd`note=${note}
mkdir -p ${dirname(note)} && ${forEachResult(results, networks, printNamespace)} | ${cutNamespace} >>"$note" || exit`;
}

const printNamespace = script(`grep -o '"sandbox": *"[^"]*/cni-[A-Za-z0-9-]*"' "$result"`);
const cutNamespace = script(`sed 's/.*\\///; s/"$//'`);

/** When the pods have ended; a namespace that somebody is in stays. */
export function deletePodNamespaces({ note }: Pick<NamespacePaths, 'note'>): Command {
  return cmd`note=${note}
${deleteNamespacesProgram}`;
}

const deleteNamespacesProgram = script(`
for name in $(sort -u "$note"); do
  [ -e "/run/netns/$name" ] && [ -z "$(ip netns pids "$name")" ] || continue
  ip netns del "$name" || exit
done
rm -f "$note"
`);
