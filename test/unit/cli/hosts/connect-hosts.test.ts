// What is said of hosts that are trusted at the first contact.
import { expect, it } from 'vitest';
import { trustedWarnings } from '../../../../src/cli/hosts/connect-hosts.ts';

const m1 = { name: 'm1', address: '10.0.0.1', key: 'ssh-ed25519 key SHA256:aaa', file: '/home/me/known' };
const m2 = { name: 'm2', address: '10.0.0.2', key: 'ssh-ed25519 key SHA256:bbb', file: undefined };

it('is nothing where all hosts were known', () => {
  expect(trustedWarnings([])).toEqual([]);
});

it('is one warning with the fingerprint of each host, and where it was added', () => {
  expect(trustedWarnings([m1])).toMatchObject([
    {
      message: 'a host key was new and is trusted from now on',
      detail: 'm1 (10.0.0.1): ssh-ed25519 key SHA256:aaa, added to /home/me/known',
      hint: expect.stringContaining('ssh-keygen -lf') as string,
    },
  ]);
  expect(trustedWarnings([m1, m2])).toMatchObject([
    {
      message: '2 host keys were new and are trusted now',
      detail: expect.stringMatching(
        /\nm2 \(10.0.0.2\): ssh-ed25519 key SHA256:bbb, remembered nowhere: it will be new again$/,
      ) as string,
    },
  ]);
});
