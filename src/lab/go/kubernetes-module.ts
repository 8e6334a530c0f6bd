// How Kubernetes' programs are compiled from its Go module.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GoPrograms } from './compile.ts';

const module = 'k8s.io/kubernetes';

/** Programs of a release, such as kubeadm of v1.37.2. */
export function kubernetesModule(version: string, programs: readonly string[]): GoPrograms {
  return {
    module,
    version,
    programs: Object.fromEntries(programs.map((name) => [name, `${module}/cmd/${name}`])),
    variables: versionVariables(version),
    testedGo: ({ directory }) => testedGo(directory),
  };
}

/** What `kubeadm version` and the API server's /version will say. */
function versionVariables(version: string): Readonly<Record<string, string>> {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const values = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
  };
  const libraries = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return Object.fromEntries(
    libraries.flatMap((library) =>
      Object.entries(values).map(([name, value]) => [`${library}.${name}`, value]),
    ),
  );
}

/** The compiler that a release is made with: a file of its own since 1.24, before in the name of the build's image. */
async function testedGo(directory: string): Promise<string | undefined> {
  const read = (path: string): Promise<string> => readFile(join(directory, path), 'utf8').catch(() => '');
  const own = await read('.go-version');
  return parseTestedGo(own) ?? parseTestedGo(await read('build/build-image/cross/VERSION'));
}

/** `1.26.10` of `1.26.10`, `v1.24.0-go1.18.10-bullseye.0` or `v1.15.15-legacy-1`. */
export function parseTestedGo(text: string): string | undefined {
  return (
    /go(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? /^v?(\d+\.\d+(?:\.\d+)?)(?:-[\w-]+)?\s*$/.exec(text)?.[1]
  );
}
