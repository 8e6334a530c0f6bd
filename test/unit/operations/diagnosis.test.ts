// Operations that wait for a cluster say what to look at when they fail; whatever their arguments, it is of this cluster.
import { describe, expect, it } from 'vitest';
import { operations } from '../../../src/operations/registry.ts';
import { loadCases } from '../../support/cases.ts';

const looking = operations.filter((operation) => operation.diagnosis !== undefined);

const cases = loadCases('operations').flatMap(({ subject, title, data }) => {
  const operation = looking.find(({ name }) => name === subject);
  const args = operation?.args.safeParse((data as { readonly args?: unknown }).args);
  return operation === undefined || args?.success !== true
    ? []
    : [{ name: `${subject}: ${title}`, operation, args: args.data }];
});

it('are those that make nodes, and wait for nodes and pods', () => {
  expect(looking.map(({ name }) => name).toSorted()).toEqual([
    'cluster-dns.ready',
    'control-plane.initialized',
    'deployments.available',
    'kube-proxy.configured',
    'node.joined',
    'nodes.ready',
    'pod-network.applied',
    'services.ready',
  ]);
  expect(new Set(cases.map(({ operation }) => operation.name)).size).toBe(looking.length);
});

describe.each(cases)('$name', ({ operation, args }) => {
  it('asks an API, and looks at a host or at pods', () => {
    const request = operation.diagnosis?.(args);
    expect(request?.api).toMatch(/./);
    expect(request?.version).toMatch(/^v1\.\d+\.\d+/);
    expect(request?.usualMs).toBeGreaterThanOrEqual(30_000);
    expect((request?.hosts.length ?? 0) + (request?.suspects.length ?? 0)).toBeGreaterThan(0);
  });
});
