// Published versions of Kubernetes' own libraries.
import { expect, it } from 'vitest';
import { stagingVersions, withoutRefused, type ChooseVersion } from '../../../../src/lab/go/staging.ts';

const goMod = `replace (
	k8s.io/kube-proxy => ./staging/src/k8s.io/kube-proxy
	k8s.io/api => ./staging/src/k8s.io/api
)
`;

it('are those of the release, or of the patch release before where one was never published', async () => {
  const asked: (readonly string[])[] = [];
  const choose = async (module: string, versions: readonly string[]): Promise<string | undefined> => {
    asked.push(versions);
    return versions.find((version) => module !== 'k8s.io/kube-proxy' || version !== 'v0.31.14');
  };
  expect(await stagingVersions(goMod, 'v1.31.14', choose)).toEqual({
    'k8s.io/api': 'v0.31.14',
    'k8s.io/kube-proxy': 'v0.31.13',
  });
  expect(asked[0]).toEqual(['v0.31.14', 'v0.31.13', 'v0.31.12', 'v0.31.11']);
});

it('are asked for by their own name when none is served, for an error that says so', async () => {
  const none = await stagingVersions(goMod, 'v1.37.0', async () => undefined);
  expect(none).toEqual({ 'k8s.io/api': 'v0.37.0', 'k8s.io/kube-proxy': 'v0.37.0' });
});

it('end when one of them fails: the other questions are stopped, and have ended when the failure is told', async () => {
  const log: string[] = [];
  const choose: ChooseVersion = async (module, _, signal) => {
    if (module === 'k8s.io/api') throw new Error('no network');
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    // As a program that is told to end, and takes its time.
    await new Promise((resolve) => setTimeout(resolve, 20));
    log.push(`${module} has ended`);
    throw new Error('ended by a signal');
  };
  await expect(stagingVersions(goMod, 'v1.31.14', choose)).rejects.toThrow('no network');
  expect(log).toEqual(['k8s.io/kube-proxy has ended']);
});

it('are one patch release older where the proxy knows of a version and does not have its files', () => {
  const staging = { 'k8s.io/api': 'v0.25.16', 'k8s.io/cluster-bootstrap': 'v0.25.16' };
  const url = 'https://proxy.example/k8s.io/cluster-bootstrap/@v/v0.25.16.zip';
  const said = `token.go:37:2: k8s.io/cluster-bootstrap@v0.25.16: reading ${url}: 403 Forbidden\n`;
  expect(withoutRefused(staging, said)).toEqual({
    'k8s.io/api': 'v0.25.16',
    'k8s.io/cluster-bootstrap': 'v0.25.15',
  });
  expect(withoutRefused({ ...staging, 'k8s.io/cluster-bootstrap': 'v0.25.15' }, said)).toBeUndefined();
  expect(withoutRefused(staging, said.replaceAll('cluster-bootstrap', 'other'))).toBeUndefined();
  expect(
    withoutRefused(
      { 'k8s.io/api': 'v0.25.0' },
      said.replaceAll('cluster-bootstrap', 'api').replaceAll('.16', '.0'),
    ),
  ).toBeUndefined();
});
