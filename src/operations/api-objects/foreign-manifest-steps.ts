// Objects of a manifest that somebody else wrote against live ones: those that are new, or that the manifest changed.
import { cmd, type Command } from '../../core/command.ts';
import { kubectl } from '../../kube/kubectl.ts';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import { has } from '../../kube/version-facts.ts';
import type { KubernetesVersion } from '../../kube/version.ts';
import type { ExecStep } from '../operation.ts';
import { annotate, appliedAnnotation, applyStep, type Change } from './manifest-steps.ts';

export interface ForeignManifest {
  readonly objects: readonly KubernetesObject[];
  readonly live: readonly KubernetesObject[];
  readonly version: KubernetesVersion;
  /** The control plane whose API is asked. */
  readonly from: string;
}

/**
 * What others wrote is compared by the mark of what was applied last, not field by field: the API writes many fields in
 * another way than they were given. Namespaces and definitions of custom kinds come first, as the rest may be of them.
 */
export function foreignManifestSteps({ objects, live, version, from }: ForeignManifest): readonly ExecStep[] {
  const changes = objects.map(annotate).flatMap((object): Change[] => {
    const current = findLive(object, live);
    const isCurrent = markOf(current) === markOf(object);
    return isCurrent ? [] : [{ object, current }];
  });
  const apply = applyCommand(version);
  const first = changes.filter(({ object }) => isFoundation(object));
  const rest = changes.filter(({ object }) => !isFoundation(object));
  const definitions = first.filter(({ object }) => object.kind === definitionKind);
  return [
    ...(first.length === 0 ? [] : [applyStep(first, cmd`${apply}${waitFor(definitions)}`, from)]),
    ...(rest.length === 0 ? [] : [applyStep(rest, apply, from)]),
  ];
}

/**
 * The live object that a wanted one stands for. One of the whole cluster has no namespace, though its manifest may name
 * one, as those that charts render do. Without a namespace, kubectl takes "default" where there has to be one.
 */
export function findLive(
  wanted: KubernetesObject,
  live: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const { name, namespace = 'default' } = wanted.metadata;
  return live.find(
    ({ apiVersion, kind, metadata }) =>
      kind === wanted.kind &&
      groupOf(apiVersion) === groupOf(wanted.apiVersion) &&
      metadata.name === name &&
      (metadata.namespace === undefined || metadata.namespace === namespace),
  );
}

const definitionKind = 'CustomResourceDefinition';

function isFoundation({ kind }: KubernetesObject): boolean {
  return kind === 'Namespace' || kind === definitionKind;
}

/** Old clients keep a copy of each object in an annotation, which has no room for large ones. */
function applyCommand(version: KubernetesVersion): Command {
  if (!has(version, 'serverSideApply')) return kubectl(cmd`apply -f -`);
  return kubectl(cmd`apply --server-side --field-manager=ipvs-bootstrap --force-conflicts -f -`);
}

function waitFor(definitions: readonly Change[]): Command {
  if (definitions.length === 0) return cmd``;
  const names = definitions.map(({ object }) => `customresourcedefinition/${object.metadata.name}`);
  return cmd` &&\n${kubectl(cmd`wait --for=condition=Established --timeout=60s ${names}`)}`;
}

function markOf(object: KubernetesObject | undefined): string | undefined {
  return object?.metadata.annotations?.[appliedAnnotation];
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '';
}
