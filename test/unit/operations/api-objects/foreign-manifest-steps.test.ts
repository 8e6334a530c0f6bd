// A manifest that somebody else wrote against what the API has: which objects are given to it, and what is shown of them.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/core/secret.ts';
import type { KubernetesObject } from '../../../../src/kube/objects/object.ts';
import { parseVersion } from '../../../../src/kube/version.ts';
import {
  findLive,
  foreignManifestSteps,
} from '../../../../src/operations/api-objects/foreign-manifest-steps.ts';
import { annotate } from '../../../../src/operations/api-objects/manifest-steps.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'cilium-ca', namespace: 'kube-system' },
  data: { 'ca.key': base64('new key of the ca') },
  stringData: { password: 'in clear text' },
};
const config: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cilium-config', namespace: 'kube-system' },
  data: { 'ca.key': 'no secret' },
};

function stepsFor(objects: readonly KubernetesObject[], live: readonly KubernetesObject[]) {
  const steps = foreignManifestSteps({ objects, live, version: parseVersion('v1.37.2'), from: 'master1' });
  return steps.map((step) => ({ ...step, change: step.change ?? { name: '', before: '', after: '' } }));
}

it('shows no value of a Secret, neither that of the manifest nor that of the cluster', () => {
  const live = { ...secret, data: { 'ca.key': base64('old key of the ca') } };
  const [step] = stepsFor([secret, config], [live]);
  const shown = `${step?.change.before ?? ''}${step?.change.after ?? ''}`;
  for (const text of ['new key of the ca', 'old key of the ca', 'in clear text']) {
    expect(shown).not.toContain(text);
    expect(shown).not.toContain(base64(text));
    expect(step?.secrets?.map((one) => one.reveal())).toContain(text);
  }
  expect(step?.change.before).toContain('ca.key: "********"');
  expect(step?.change.after).toContain('password: "********"');
  expect(step?.change.after).toContain('ca.key: no secret');
});

it('gives the API the values of a Secret, and takes them for secret on their way', () => {
  const [step] = stepsFor([secret], []);
  expect(step?.stdin).toBeInstanceOf(Secret);
  expect((step?.stdin as Secret).reveal()).toContain(base64('new key of the ca'));
  expect(stepsFor([config], [])[0]?.stdin).toContain('no secret');
});

it('knows keys and tokens within documents that a Secret holds', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
  const pem = `-----BEGIN PRIVATE KEY-----\n${line}\n-----END PRIVATE KEY-----\n`;
  const [step] = stepsFor([{ ...secret, data: { key: base64(pem) }, stringData: {} }], []);
  expect(step?.secrets?.map((one) => one.reveal())).toEqual([base64(pem), pem, line]);
});

describe('the live object of a wanted one', () => {
  const live = (kind: string, namespace?: string): KubernetesObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: 'cilium', ...(namespace === undefined ? {} : { namespace }) },
  });

  it('has no namespace where its kind has none, whatever the manifest says', () => {
    const wanted = live('ClusterRole', 'kube-system');
    const [found, other] = [live('ClusterRole'), live('Role', 'kube-system')];
    expect(findLive(wanted, [other, found])).toBe(found);
  });

  it('is that of its own namespace where its kind has them', () => {
    const [found, other] = [live('Role', 'kube-system'), live('Role', 'default')];
    expect(findLive(live('Role', 'kube-system'), [other, found])).toBe(found);
    expect(findLive(live('Role', 'kube-system'), [other])).toBeUndefined();
    expect(findLive(live('Role'), [found, other])).toBe(other);
  });

  it('is not applied again where it bears the mark of a manifest with a namespace', () => {
    const wanted = live('ClusterRole', 'kube-system');
    const { metadata, ...rest } = annotate(wanted);
    const { namespace: _, ...place } = metadata;
    expect(stepsFor([wanted], [{ ...rest, metadata: place }])).toEqual([]);
  });
});
