import { describe, expect, it } from 'vitest';
import { goDuration } from '../../../../src/kube/kubeadm/go-duration.ts';

describe('goDuration', () => {
  it.each([
    [0, '0s'],
    [59, '59s'],
    [900, '15m0s'],
    [3661, '1h1m1s'],
    [86_400, '24h0m0s'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });
});
