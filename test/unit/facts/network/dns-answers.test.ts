// How long the cluster's DNS may take to be asked.
import { expect, it } from 'vitest';
import { ask } from '../../../../src/facts/fact.ts';
import { dnsAnswers } from '../../../../src/facts/network/dns-answers.ts';

const limit = (seconds: number) =>
  ask(dnsAnswers, { name: 'kubernetes.default.svc', type: 'A', requests: 4, seconds }).timeoutMs / 1000;

it.each([1, 5, 60])('silence of %i seconds at every address is waited for to its end', (seconds) => {
  // Two cluster IPs and two that the kubelet tells, by UDP and by TCP, after the API was asked where they are.
  const longest = 30 + 4 * 2 * (2 * seconds + 1);
  expect(limit(seconds)).toBeGreaterThan(longest);
});
