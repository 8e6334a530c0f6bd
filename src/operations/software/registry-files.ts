// The files of a registry in containerd's directory: which hosts to ask for it, in what order, and whom to believe.
import { managedMark } from '../../core/managed.ts';
import { defaultRegistry, mirrorHost, registryHost, registryNameOf } from '../../kube/registries.ts';
import { renderTemplate } from '../../render/template.ts';
import { tomlString } from '../../render/toml.ts';
import { registryDirectory, type RegistryArg } from './registry-args.ts';

export interface RegistryFile {
  readonly path: string;
  readonly content: string;
}

/** CAs come first: what names one must find it. */
export function registryFiles(registries: readonly RegistryArg[]): readonly RegistryFile[] {
  const cas = registries.flatMap(({ name, ca }) =>
    ca === null ? [] : [{ path: caPath(name), content: `${managedMark}\n${ca}` }],
  );
  const hosts = registries.map((registry) => ({
    path: `${registryDirectory(registry.name)}/hosts.toml`,
    content: renderTemplate('containerd/hosts.toml', hostsOf(registry, registries)),
  }));
  return [...cas, ...hosts];
}

/** With the ending that containerd knows by itself too. */
function caPath(name: string): string {
  return `${registryDirectory(name)}/ca.crt`;
}

/** What stands at the top of the file is asked last. A registry that is never asked leaves that place to its last mirror. */
function hostsOf({ name, mirrors, mirrorsOnly }: RegistryArg, registries: readonly RegistryArg[]) {
  const all = mirrors.map((url) => mirrorValues(url, registries));
  const last = mirrorsOnly ? all.at(-1) : undefined;
  if (last !== undefined) return { last: { ...last, isMirror: true }, mirrors: all.slice(0, -1) };
  const url = name === defaultRegistry ? null : tomlString(`https://${registryHost(name)}`);
  return { last: { url, ca: caOf(name, registries), isWhole: false, isMirror: false }, mirrors: all };
}

function mirrorValues(url: string, registries: readonly RegistryArg[]) {
  return {
    url: tomlString(url),
    ca: caOf(registryNameOf(mirrorHost(url)), registries),
    isWhole: /\/v2(\/|$)/.test(new URL(url).pathname),
  };
}

/** Of hosts without an entry, the default is said. */
function caOf(name: string, registries: readonly RegistryArg[]): string | null {
  const found =
    registries.find((one) => one.name === name) ?? registries.find((one) => one.name === defaultRegistry);
  return found === undefined || found.ca === null ? null : tomlString(caPath(found.name));
}
