// containerd, runc, the CNI plugins and crictl from the releases of their makers.
import path from 'node:path';
import { z } from 'zod';
import { megabytes } from '../../core/megabytes.ts';
import { ask } from '../../facts/fact.ts';
import {
  containerRuntime,
  isOurs,
  type ContainerRuntime,
  type ForeignProgram,
  type RuntimeQuestion,
} from '../../facts/host/container-runtime.ts';
import { commonPluginDirectory, pluginDirectories } from '../../kube/pod-network.ts';
import { downloadsArg } from '../downloads/proxy-args.ts';
import { downloadPath, downloadStep } from '../files/download-step.ts';
import { defineOperation, unchanged, type Plan, type Problem, type Step } from '../operation.ts';
import { placeStep, stampStep } from './place-step.ts';
import { runtimeArg, type Runtime, type RuntimeRelease } from './runtime-args.ts';

const args = z.strictObject({ runtime: runtimeArg, downloads: downloadsArg.default(null) });

/** Two of them on one host would get into each other's way: which one runs hangs on the PATH of who starts it. */
const alone = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'] as const;

export const runtimeInstalled = defineOperation({
  name: 'runtime.installed',
  summary:
    'Installs containerd and runc in /usr/local/bin, the CNI plugins in /opt/cni/bin, and crictl, from the releases that were fetched. A containerd or a runc of somebody else is a problem; CNI plugins and a crictl that are there already are taken as they are. What was installed is remembered on the host.',
  args,
  example: `
- name: Install the container runtime
  op: runtime.installed
  with: { runtime: '\${{ runtime }}', downloads: '\${{ downloads }}' }
`,
  needs: ({ runtime }) => [{ query: ask(containerRuntime, questionOf(runtime)) }],
  plan({ runtime, downloads }, facts) {
    const found = facts.get(ask(containerRuntime, questionOf(runtime)));
    return runtime.source === 'packages'
      ? planForPackages(found)
      : planReleases(runtime, downloads?.noProxy ?? [], found);
  },
});

function questionOf({ source }: Runtime): RuntimeQuestion {
  if (source === 'packages') return { programs: [], paths: [] };
  return {
    programs: [...alone, 'crictl'],
    paths: [...pluginDirectories, commonPluginDirectory].map((directory) => `${directory}/bridge`),
  };
}

function planForPackages(found: ContainerRuntime): Plan {
  const own = found.files.find((file) => isOurs(file.path, found));
  if (own === undefined) return unchanged;
  return {
    steps: [],
    problems: [
      {
        message: `the host has the container runtime's binaries from us: ${own.path} would be run instead of its distribution's`,
        hint: 'Keep "cluster.runtime.source: binaries", or take the cluster back first: "ipvs-bootstrap reset".',
      },
    ],
  };
}

function planReleases(runtime: Runtime, noProxy: readonly string[], found: ContainerRuntime): Plan {
  const problems = foreignProblems(found.foreign.filter(({ path: one }) => isAlone(one)));
  if (problems.length > 0) return { steps: [], problems };
  const wanted = runtime.releases.filter(({ part }) => !isThere(part, found));
  const lacking = wanted.filter((release) => !isWhole(release, found));
  const steps = lacking.flatMap((release) => releaseSteps(runtime, noProxy, release));
  const isStamped = found.found.every((file) => file.isStamped);
  return { steps: steps.length === 0 && isStamped ? [] : [...steps, stampStep()] };
}

function isAlone(program: string): boolean {
  return alone.some((name) => path.posix.basename(program) === name);
}

/** One for each package, and one for all that is of none. */
function foreignProblems(programs: readonly ForeignProgram[]): readonly Problem[] {
  const owners = [...new Set(programs.map((one) => one.package))];
  return owners.map((owner) => {
    const paths = programs.filter((one) => one.package === owner).map((one) => one.path);
    const whose = owner === null ? 'and not from us' : `from the package ${owner}`;
    const away = owner === null ? 'Remove what is there' : `Remove the package ${owner}`;
    return {
      message: `there is a container runtime already, ${whose}: ${paths.join(', ')}`,
      hint: `${away}, or use it: "source: packages" below cluster.runtime.`,
      data: { paths, package: owner },
    };
  });
}

/** Whether somebody else has brought a part that several may bring. */
function isThere(part: RuntimeRelease['part'], { foreign }: ContainerRuntime): boolean {
  const names: Partial<Record<RuntimeRelease['part'], string>> = {
    crictl: 'crictl',
    'cni-plugins': 'bridge',
  };
  return foreign.some(({ path: program }) => path.posix.basename(program) === names[part]);
}

/** All files that were written are there as they were. */
function isWhole({ sha256 }: RuntimeRelease, found: ContainerRuntime): boolean {
  const files = found.files.filter(({ release }) => release === sha256);
  const isSame = (file: (typeof files)[number]) =>
    found.found.some((one) => one.path === file.path && one.sha256 === file.sha256);
  return found.releases.includes(sha256) && files.every(isSame);
}

function releaseSteps(
  runtime: Runtime,
  noProxy: readonly string[],
  release: RuntimeRelease,
): readonly Step[] {
  const { name, sha256, size } = release;
  const target = downloadPath(release);
  const fetched: Step =
    runtime.downloads === undefined
      ? {
          kind: 'upload',
          title: `send ${name} (${megabytes(size)})`,
          localPath: path.join(runtime.directory, name),
          path: target,
          mode: 0o600,
          sha256,
          size,
        }
      : downloadStep(release, runtime.downloads, noProxy);
  return [fetched, placeStep(release, target)];
}
