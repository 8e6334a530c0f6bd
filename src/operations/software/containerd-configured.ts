// containerd's configuration for Kubernetes, in the form that the host's containerd reads.
import { z } from 'zod';
import { containerdVersion } from '../../facts/host/containerd-version.ts';
import { programs } from '../../facts/host/programs.ts';
import { textFile } from '../../facts/files/file.ts';
import { ask } from '../../facts/fact.ts';
import { commonPluginDirectory, pluginDirectories } from '../../kube/pod-network.ts';
import { compareVersions } from '../../platform/distributions.ts';
import { renderTemplate } from '../../render/template.ts';
import { absolutePath } from '../args/scalars.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation } from '../operation.ts';

const path = '/etc/containerd/config.toml';

const args = z.strictObject({
  pauseImage: z.string().min(1).meta({ description: "The image that holds a pod's network." }),
  cniDirectories: z
    .array(absolutePath)
    .min(1)
    .default([...pluginDirectories, commonPluginDirectory])
    .meta({
      description:
        'Where CNI plugins may lie: the first that has one called `bridge` is taken, or else the first.',
    }),
});

type ContainerdArgs = z.output<typeof args>;

export const containerdConfigured = defineOperation({
  name: 'containerd.configured',
  summary:
    "Writes containerd's configuration for Kubernetes, in the form that the host's version reads: systemd's cgroups, the pause image, and where CNI plugins lie. A foreign file is kept beside it, once, as PATH.ipvs-bootstrap-backup.",
  args,
  example: `
- name: Configure containerd
  op: containerd.configured
  with: { pauseImage: '\${{ bundle.manifest.pauseImage }}' }
`,
  needs: (wanted) => [
    { query: ask(textFile, { path }) },
    { query: ask(programs, { names: bridges(wanted) }) },
    { query: ask(containerdVersion) },
  ],
  plan(wanted, facts) {
    const [found] = facts.get(ask(programs, { names: bridges(wanted) }));
    const version = facts.get(ask(containerdVersion));
    const cniDirectory = wanted.cniDirectories.find((directory) => bridgeIn(directory) === found);
    const content = configuration(version ?? oldest, {
      pauseImage: wanted.pauseImage,
      cniDirectory: cniDirectory ?? wanted.cniDirectories[0],
    });
    return {
      steps: textFileSteps({ path, content }, facts.get(ask(textFile, { path }))),
      unsettled: unsettled(version, found, wanted),
    };
  },
});

/** The first to read the configuration that containerd 1 has. */
const oldest = '1.3';

function configuration(version: string, values: Readonly<Record<string, unknown>>): string {
  if (compareVersions(version, '2') < 0) return renderTemplate('containerd/config-1.toml', values);
  const hasSeveralDirectories = compareVersions(version, '2.1') >= 0;
  return renderTemplate('containerd/config-2.toml', { ...values, hasSeveralDirectories });
}

function unsettled(version: string | null, bridge: string | undefined, wanted: ContainerdArgs) {
  if (version === null) return 'there is no containerd yet';
  return bridge === undefined ? `none of ${bridges(wanted).join(', ')} is there yet` : undefined;
}

/** A plugin that every set of plugins has. */
function bridges({ cniDirectories }: ContainerdArgs): readonly string[] {
  return cniDirectories.map(bridgeIn);
}

function bridgeIn(directory: string): string {
  return `${directory}/bridge`;
}
