// What skopeo says of a registry → what is wrong and what to do. Only skopeo 1.9.3 was run: others may word it
// differently, and then it is shown as they said it.
import { afterEach, expect, it, vi } from 'vitest';
import { registryError } from '../../../src/bundle/registry/failure.ts';
import { withSkopeo } from '../../../src/bundle/registry/skopeo.ts';
import { BootstrapError } from '../../../src/core/errors.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const name = 'registry.example/k8s/pause:3.9';

function said(message: string): BootstrapError {
  const detail = `skopeo inspect docker://x\ntime="2026-11-28T03:00:00Z" level=fatal msg="Error parsing image name \\"docker://${name}\\": ${message}"`;
  return registryError(name, new BootstrapError('command.failed', 'skopeo failed', { detail }));
}

it.each([
  [
    'reading manifest 3.9 in registry.example/k8s/pause: unauthorized: authentication required',
    'wants a login',
  ],
  ['requested access to the resource is denied', 'wants a login'],
  ['reading manifest 3.9 in registry.example/k8s/pause: manifest unknown', 'does not have it'],
  [
    'pinging container registry registry.example: x509: certificate signed by unknown authority',
    'not trusted',
  ],
  ['http: server gave HTTP response to HTTPS client', 'does not encrypt'],
  ['toomanyrequests: You have reached your pull rate limit', 'asked too often'],
  ['dial tcp: lookup registry.example on 10.0.0.1:53: no such host', 'does not answer'],
  ['dial tcp 10.0.0.2:443: connect: connection refused', 'does not answer'],
  ['write /b/images/x.tar.part: no space left on device', 'the disk is full'],
])('%s: %s', (message, why) => {
  const error = said(message);
  expect(error).toMatchObject({ code: 'download.failed', message: expect.stringContaining(why) as string });
  expect(error.hint).toMatch(/\.$/);
  expect(error.detail).toContain('Error parsing image name "docker://registry.example/k8s/pause:3.9"');
});

it('what is not known is shown as it was said', () => {
  expect(said('something new')).toMatchObject({
    message: `${name}: skopeo failed`,
    detail: expect.stringContaining('something new') as string,
  });
});

it('without skopeo it says which package has it', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const { signal } = new AbortController();
  await expect(withSkopeo({}, signal, async () => undefined)).rejects.toMatchObject({
    code: 'preflight.failed',
    hint: expect.stringContaining('sudo apt-get install skopeo') as string,
  });
});
