// `source: auto`: what hosts are, reach and have decides between packages and programs.
import { expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { askForSource, decideSource, type HostAnswer } from '../../../src/app/kubernetes/choose-source.ts';

const site = 'https://pkgs.k8s.io/core:/stable:';
const debian = { id: 'debian', idLike: [] as string[], versionId: '13', prettyName: 'Debian 13' };
const rocky = { id: 'rocky', idLike: ['rhel'], versionId: '9', prettyName: 'Rocky Linux 9' };

const host = (name: string, more: Partial<HostAnswer['origin']> = {}, os = debian): HostAnswer => ({
  host: name,
  os,
  origin: { origin: null, reachesSite: true, ...more },
});

it.each<[string, string, readonly HostAnswer[], string, string]>([
  [
    'hosts with apt that reach the site take packages',
    'v1.37.2',
    [host('master1'), host('worker1', { reachesSite: null })],
    'packages',
    'all hosts have apt and reach pkgs.k8s.io',
  ],
  [
    'one that does not reach it decides for all',
    'v1.37.2',
    [host('master1'), host('worker1', { reachesSite: false })],
    'binaries',
    'worker1 does not reach pkgs.k8s.io',
  ],
  [
    'one of another distribution decides for all',
    'v1.37.2',
    [host('master1'), host('worker1', {}, rocky)],
    'binaries',
    'worker1 is Rocky Linux 9, and only apt was tried with packages',
  ],
  [
    'old versions have no packages',
    'v1.23.17',
    [host('master1')],
    'binaries',
    'there are packages from v1.24 on, and this is v1.23',
  ],
  [
    'an outage does not turn packages into programs',
    'v1.37.2',
    [host('master1', { origin: 'packages', reachesSite: false }), host('worker1', { reachesSite: false })],
    'packages',
    'master1 has its Kubernetes from there',
  ],
  [
    'a site that comes back does not turn programs into packages',
    'v1.37.2',
    [host('worker1'), host('master1', { origin: 'programs' })],
    'binaries',
    'master1 has its programs from there',
  ],
])('%s', (_, version, answers, kind, because) => {
  expect(decideSource(version, { site }, answers)).toEqual({ kind, because });
});

it('hosts that do not answer are no hosts that reach a site', () => {
  expect(decideSource('v1.37.2', { site }, [host('master1')], 3).because).toBe(
    '1 of 3 hosts answered, and they have apt and reach pkgs.k8s.io',
  );
});

it('where no host can be asked, nothing is decided', async () => {
  const refused = new BootstrapError('connect.refused', '10.1.0.1:22 refuses connections');
  const connector = { connect: async () => Promise.reject(refused) };
  const { signal } = new AbortController();
  await expect(askForSource(connector, ['master1', 'worker1'], { site }, signal)).rejects.toBe(refused);
});
