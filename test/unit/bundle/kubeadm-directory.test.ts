// A kubeadm that is kept is run later on: one of another mirror or key must not be taken for it.
import { expect, it } from 'vitest';
import { kubeadmDirectory } from '../../../src/bundle/make/kubernetes-packages.ts';

const site = 'https://pkgs.k8s.io/core:/stable:';
const fingerprint = '0123456789ABCDEF0123456789ABCDEF01234567';

it('is another for each mirror and each key, and stays the same', () => {
  const one = kubeadmDirectory('/cache', { site, fingerprint });
  const others = [
    { site: 'https://mirror.example/k8s', fingerprint },
    { site, fingerprint: fingerprint.replace('0', 'F') },
  ].map((from) => kubeadmDirectory('/cache', from));
  expect(new Set([one, ...others]).size).toBe(3);
  expect(kubeadmDirectory('/cache', { site, fingerprint })).toBe(one);
});
