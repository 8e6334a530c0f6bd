// Wanted API objects against live ones: one `kubectl apply` for those that differ.
import { createHash } from 'node:crypto';
import { cmd, type Command } from '../../core/command.ts';
import { Secret } from '../../core/secret.ts';
import { kubectl } from '../../kube/kubectl.ts';
import { objectName, type KubernetesObject } from '../../kube/objects/object.ts';
import { secretValues, withoutSecretValues } from '../../kube/objects/secret-object.ts';
import { isWithin, restrictTo } from '../../kube/objects/subset.ts';
import { toYaml, toYamlStream } from '../../render/yaml.ts';
import type { ExecStep, TextChange } from '../operation.ts';

/** Says what was last applied, so that a field taken out of the wanted object is noticed. */
export const appliedAnnotation = 'ipvs-bootstrap.io/applied';

/** @param from the control plane whose API is asked. */
export function manifestSteps(
  wanted: readonly KubernetesObject[],
  live: readonly KubernetesObject[],
  from: string,
): readonly ExecStep[] {
  const byName = new Map(live.map((object) => [objectName(object), object]));
  const changes = wanted.map(annotate).flatMap((object): Change[] => {
    const current = byName.get(objectName(object));
    return current !== undefined && isCurrent(object, current) ? [] : [{ object, current }];
  });
  return changes.length === 0 ? [] : [applyStep(changes, kubectl(cmd`apply -f -`), from)];
}

/** A wanted object, annotated, and what the API has in its place. */
export interface Change {
  readonly object: KubernetesObject;
  readonly current: KubernetesObject | undefined;
}

/** One step for all of them. Where Secrets are among them, their values are shown nowhere. */
export function applyStep(changes: readonly Change[], command: Command, on: string): ExecStep {
  const manifest = toYamlStream(changes.map(({ object }) => object));
  const secrets = changes.flatMap(({ object, current }) =>
    [object, ...(current === undefined ? [] : [current])].flatMap(secretValues),
  );
  return {
    kind: 'exec',
    title: titleOf(changes),
    command,
    stdin: secrets.length === 0 ? manifest : new Secret(manifest, 'manifest with Secrets'),
    change: combine(changes.map(({ object, current }) => textChange(object, current))),
    secrets,
    on,
  };
}

/** Names them as long as that can be read. */
function titleOf(changes: readonly Change[]): string {
  const verb = ({ current }: Change) => (current === undefined ? 'create' : 'change');
  if (changes.length <= 4) {
    return changes.map((change) => `${verb(change)} ${objectName(change.object)}`).join(', ');
  }
  const created = changes.filter(({ current }) => current === undefined).length;
  return `create ${created} and change ${changes.length - created} API objects`;
}

/** A wanted object with the mark by which it is recognised when it is there. */
export function annotate(object: KubernetesObject): KubernetesObject {
  const hash = createHash('sha256').update(JSON.stringify(object)).digest('hex').slice(0, 16);
  const annotations = { ...object.metadata.annotations, [appliedAnnotation]: hash };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The version of its API is not compared: the API gives the one it prefers. */
function isCurrent(wanted: KubernetesObject, { apiVersion: _, ...live }: KubernetesObject): boolean {
  const { apiVersion: _wanted, ...fields } = wanted;
  return isWithin(fields, live);
}

function textChange(object: KubernetesObject, current: KubernetesObject | undefined): TextChange {
  const name = objectName(object);
  const after = toYaml(withoutSecretValues(object));
  if (current === undefined) return { name, after };
  const live = withoutSecretValues({ ...current, apiVersion: object.apiVersion });
  return { name, before: toYaml(restrictTo(object, live)), after };
}

/** One step, one diff. */
function combine(changes: readonly TextChange[]): TextChange {
  const befores = changes.flatMap(({ before }) => before ?? []);
  return {
    name: changes.map(({ name }) => name).join(', '),
    before: befores.length === 0 ? undefined : befores.join('---\n'),
    after: changes.map(({ after }) => after).join('---\n'),
  };
}
