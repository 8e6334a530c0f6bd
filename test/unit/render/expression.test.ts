// Expressions keep types, and nothing that Liquid would silently forgive passes.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { checkExpression, evaluateExpression } from '../../../src/render/expression.ts';

const token = new Secret('abcdef.0123456789', 'bootstrap token');
const context = {
  cluster: { name: 'lab', workers: ['w1', 'w2'], vip: null, proxy: { scheduler: 'rr' } },
  host: { name: 'w1', roles: ['worker'] },
  run: { token },
  yes: true,
  no: false,
};

describe('evaluateExpression', () => {
  it.each([
    ['cluster.name', 'lab'],
    ['cluster.workers', ['w1', 'w2']],
    ['cluster.proxy', { scheduler: 'rr' }],
    ['cluster.workers.size', 2],
    ['cluster.workers[1]', 'w2'],
    ['cluster.vip', null],
    ['cluster.vip == nil', true],
    ['cluster.vip != nil', false],
    ['nil', null],
    ["cluster.workers | join: ','", 'w1,w2'],
    ["host.roles contains 'worker'", true],
    ["host.name == 'w1' and cluster.name == 'lab'", true],
    ['no or yes', true],
    ['not yes', false],
    ['cluster.missing | default: nil', null],
    ["cluster.missing | default: 'x'", 'x'],
    ["'a' | append: ' | b'", 'a | b'],
    ['3', 3],
  ])('%s', (text, expected) => {
    expect(evaluateExpression(text, context)).toEqual(expected);
  });

  it('passes objects and secrets through unchanged', () => {
    expect(evaluateExpression('run.token', context)).toBe(token);
    expect(evaluateExpression('run.token | default: nil', context)).toBe(token);
    expect(evaluateExpression('cluster.proxy', context)).toBe(context.cluster.proxy);
  });

  it.each([
    ['cluster.nmae', 'there is no "nmae" in cluster'],
    ['cluster.__proto__', 'there is no "__proto__" in cluster'],
    ['run.token.reveal', 'there is no "reveal" in run.token'],
    ['[cluster]', 'what stands in [ ] is no name'],
    ['cluster[cluster]', 'what stands in [ ] is no name'],
    ["'x' | append: run.token", 'a secret takes no filter'],
    ['run.token | upcase', 'a secret takes no filter'],
    ['(1..1000000000)', 'it makes too large a value'],
  ])('refuses %s', (text, reason) => {
    expect(() => evaluateExpression(text, context)).toThrow(reason);
  });
});

describe('checkExpression', () => {
  it.each([
    ['', 'it is empty'],
    ['yes and no or yes', '"and" and "or" together'],
    ['yes no', 'unexpected "no"'],
    ['yes and', 'a value is missing at the end'],
    ['and yes', 'misplaced "and"'],
    ['yes && no', 'only a comparison'],
    ['yes, no', 'unexpected ", no"'],
    ["'open", 'a quote is not closed'],
    ["yes | append: 'open", 'a quote is not closed'],
    ['yes | bogus', 'there is no filter "bogus"'],
    ['yes | constructor', 'there is no filter "constructor"'],
  ])('refuses %j', (text, reason) => {
    expect(() => {
      checkExpression(text);
    }).toThrow(reason);
  });

  it('needs no values', () => {
    expect(() => {
      checkExpression('whatever.comes | default: nil');
    }).not.toThrow();
  });
});
