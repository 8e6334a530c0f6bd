// The container runtime that we have installed, gone, with what it has made.
import { z } from 'zod';
import { cmd, script, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import {
  containerRuntime,
  isOurs,
  runtimeRecord,
  runtimeStamps,
  type ContainerRuntime,
} from '../../facts/host/container-runtime.ts';
import { isStopped, unitState, type UnitState } from '../../facts/host/unit.ts';
import { ownerOf } from '../files/give-back.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, unchanged, type ExecStep } from '../operation.ts';
import { disableSteps, readUnitsStep, stopSteps } from '../systemd/unit-steps.ts';

const unit = 'containerd.service';
const unitPath = `/etc/systemd/system/${unit}`;
const runtime = ask(containerRuntime, { programs: [], paths: [] });
/** What containerd keeps what it runs in. */
const dataPaths = ['/var/lib/containerd', '/run/containerd', '/opt/containerd'];
const program = '/usr/local/bin/containerd';
const state = ask(unitState, { unit, paths: [] });
const unitFile = ask(textFile, { path: unitPath });

export const runtimeAbsent = defineOperation({
  name: 'runtime.absent',
  summary:
    'Stops the containerd that `runtime.installed` has installed, and removes its programs, its service and its data, unless somebody has replaced them since. While containers of others run in it, all of it stays.',
  args: z.strictObject({}),
  example: `
- name: Remove the container runtime
  op: runtime.absent
`,
  needs: () => [{ query: runtime }, { query: state }, { query: unitFile }],
  plan(_wanted, facts) {
    const found = facts.get(runtime);
    if (found.files.length + found.directories.length === 0) return unchanged;
    if (found.busyNamespaces.length > 0) {
      const spaces = found.busyNamespaces.join(', ');
      const warning = `containers that are not of Kubernetes run in containerd (${spaces}): it stays, with runc, and is yours from now on`;
      return { steps: [], warnings: [warning] };
    }
    const service = facts.get(state);
    const own = ownerOf(unitPath, facts.get(unitFile));
    const stop =
      own === 'ours'
        ? [...stopSteps(unit, service), ...disableSteps(unit, service), removeStep(unitPath), readUnitsStep]
        : [];
    const paths = [...new Set(found.files.map(({ path }) => path))].filter((path) => isOurs(path, found));
    const kept = found.found.filter(({ path }) => !isOurs(path, found)).map(({ path }) => path);
    const spared = isElses(found, own, service) ? found.directories.filter(isData) : [];
    return {
      steps: [
        ...stop,
        ...paths.map(removeStep),
        ...found.directories.filter((path) => !spared.includes(path)).map(removeDirectory),
        removeStep(runtimeStamps),
        removeStep(runtimeRecord),
      ],
      warnings: [
        ...kept.map((path) => `${path} has been replaced by somebody else, and stays`),
        ...(spared.length === 0
          ? []
          : [`containerd is somebody else's by now: its data stays in ${spared.join(', ')}`]),
      ],
    };
  },
});

function isData(path: string): boolean {
  return dataPaths.includes(path);
}

/** Whether somebody has put a containerd of theirs in place of ours, whose data is theirs, too. */
function isElses(found: ContainerRuntime, own: ReturnType<typeof ownerOf>, service: UnitState): boolean {
  const isThere = found.found.some(({ path }) => path === program);
  if (own === 'foreign' || (isThere && !isOurs(program, found))) return true;
  // A unit that we have just removed is known until systemd reads its units anew.
  const isKnown = service.load === 'loaded' && !service.needsReload;
  return own === 'absent' && (isKnown || !isStopped(service));
}

/** What is made while it runs goes with all that is in it; where others may have put something, what is empty. */
function removeDirectory(path: string): ExecStep {
  const title = `remove ${path}`;
  if (path.startsWith('/opt/cni') || path.startsWith('/etc/')) {
    return {
      kind: 'exec',
      title: `${title}, if it is empty`,
      command: cmd`[ ! -d ${path} ] || rmdir --ignore-fail-on-non-empty ${path}`,
    };
  }
  return { kind: 'exec', title, command: sequence([cmd`path=${path}`, removeTree]) };
}

/** What is still mounted in it is left from containers; what is mounted in its place is a disk of somebody's. */
const removeTree = script(`
if awk -v path="$path" '$5 == path { found = 1 } END { exit !found }' /proc/self/mountinfo; then
echo "$path is a mount point, and stays"
else
awk -v path="$path/" 'index($5, path) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
while read -r mounted; do umount "$mounted" || exit; done &&
rm -rf --one-file-system "$path"
fi`);
