// containerd's configuration for Kubernetes, in the form that the host's containerd reads.
import { z } from 'zod';
import { Secret } from '../../core/secret.ts';
import { containerdVersion } from '../../facts/host/containerd-version.ts';
import { programs } from '../../facts/host/programs.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { ask } from '../../facts/fact.ts';
import { commonPluginDirectory, pluginDirectories } from '../../kube/pod-network.ts';
import { compareVersions } from '../../platform/distributions.ts';
import { renderSecretTemplate } from '../../render/template.ts';
import { tomlString } from '../../render/toml.ts';
import { absolutePath } from '../args/scalars.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, type Problem, type Step } from '../operation.ts';
import { loginsOf, mayHoldSecrets, registriesArg, registriesDirectory } from './registry-args.ts';

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
  registries: registriesArg,
});

type ContainerdArgs = z.output<typeof args>;

export const containerdConfigured = defineOperation({
  name: 'containerd.configured',
  summary:
    "Writes containerd's configuration for Kubernetes, in the form that the host's version reads: systemd's cgroups, the pause image, where CNI plugins lie, and the logins of registries. A foreign file is kept beside it, once, as PATH.ipvs-bootstrap-backup.",
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
  reactsTo: (_wanted, { isHere, operation }) => isHere && operation === 'runtime.installed',
  plan(wanted, facts) {
    const [found] = facts.get(ask(programs, { names: bridges(wanted) }));
    const version = facts.get(ask(containerdVersion));
    const cniDirectory = wanted.cniDirectories.find((directory) => bridgeIn(directory) === found);
    const problems = registryProblems(version, wanted);
    if (problems.length > 0) return { steps: [], problems };
    const content = configuration(version ?? oldest, {
      pauseImage: wanted.pauseImage,
      cniDirectory: cniDirectory ?? wanted.cniDirectories[0],
      ...registryValues(wanted),
    });
    return {
      steps: fileSteps(content, wanted, facts.get(ask(textFile, { path }))),
      unsettled: unsettled(version, found, wanted),
    };
  },
});

/** The first to read the configuration that containerd 1 has. */
const oldest = '1.3';

function configuration(version: string, values: Readonly<Record<string, unknown>>): Secret {
  const label = "containerd's configuration";
  if (compareVersions(version, '2') < 0)
    return renderSecretTemplate('containerd/config-1.toml', values, label);
  const hasSeveralDirectories = compareVersions(version, '2.1') >= 0;
  return renderSecretTemplate('containerd/config-2.toml', { ...values, hasSeveralDirectories }, label);
}

/** Only with a password in it, or in what it replaces, the file is a secret. */
function fileSteps(
  configured: Secret,
  { registries }: ContainerdArgs,
  found: TextFile | null,
): readonly Step[] {
  const hasLogins = loginsOf(registries).length > 0;
  const isSecret = hasLogins || mayHoldSecrets(found?.text ?? '');
  const content = isSecret ? configured : configured.reveal();
  const steps = textFileSteps({ path, content, mode: hasLogins ? 0o600 : 0o644 }, found);
  return hasLogins ? steps.map((step) => ({ ...step, secrets: quotedPasswords(registries) })) : steps;
}

/** As they stand in the file. */
function quotedPasswords(registries: ContainerdArgs['registries']): readonly Secret[] {
  return loginsOf(registries).map(({ password }) => quoted(password));
}

function quoted(secret: Secret): Secret {
  return new Secret(tomlString(secret.reveal()), secret.label);
}

/**
 * Logins stand in `registry.configs` of this file, which all releases from 1.5 to 2.4 read beside a `config_path`, also for
 * the pause image and for whoever pulls without the kubelet. It is deprecated and stays until there is something else. A
 * header in hosts.toml would not do: registries with tokens (Docker's, Harbor, GitLab) want the login where they give the
 * tokens, and no release before 2.1 sends it there. – containerd, pkg/cri/server/image_pull.go, docs/cri/registry.md
 */
function registryValues({ registries }: ContainerdArgs) {
  const logins = loginsOf(registries).map(({ host, user, password }) => ({
    host: tomlString(host),
    user: tomlString(user),
    password: quoted(password),
  }));
  return { registriesDirectory: registries.length === 0 ? null : registriesDirectory, logins };
}

/** The first to know `_default`, too. – containerd, remotes/docker/config/config_unix.go */
const firstWithRegistries = '1.6';

function registryProblems(version: string | null, { registries }: ContainerdArgs): readonly Problem[] {
  if (registries.length === 0 || version === null || compareVersions(version, firstWithRegistries) >= 0)
    return [];
  return [
    {
      message: `containerd ${version} cannot be told of registries: that needs containerd ${firstWithRegistries}`,
      hint: 'Install a newer containerd, or leave out cluster.registries.',
    },
  ];
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
