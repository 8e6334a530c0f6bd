// Generates the OpenAPI description that kube-apiserver is compiled with and that the source package lacks.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { runProgram } from '../../local/programs/program.ts';
import { go, goEnvironment, type GoWorkspace } from './go-toolchain.ts';
import { importPath } from './kubernetes-source.ts';

const knownViolations = 'api/api-rules/violation_exceptions.list';

/**
 * Generates the one Go file that the source package lacks. Kubernetes' own `make generated_files` does this as well,
 * but generates all other files anew too, which takes ten times as long.
 */
export async function generateOpenApi(context: BuildContext, workspace: GoWorkspace): Promise<void> {
  const { report, signal } = context;
  report('generating the OpenAPI description');
  const generator = join(workspace.path, 'openapi-gen');
  const violations = join(workspace.path, 'violations');
  await go(
    workspace,
    ['build', '-o', generator, `${importPath}/vendor/k8s.io/kube-openapi/cmd/openapi-gen`],
    {
      report: () => undefined,
      signal,
    },
  );
  const packages = (await openApiDirectories(workspace.directory, signal)).map(
    (name) => `${importPath}/${name}`,
  );
  const options = {
    '--input-dirs': packages.join(','),
    '--output-package': `${importPath}/pkg/generated/openapi`,
    '--output-file-base': 'zz_generated.openapi',
    '--go-header-file': 'vendor/k8s.io/code-generator/hack/boilerplate.go.txt',
    '--report-filename': violations,
  };
  await runProgram(generator, Object.entries(options).flat(), {
    cwd: workspace.directory,
    env: goEnvironment(workspace),
    signal,
  });
  await checkComplete(violations, join(workspace.directory, knownViolations));
}

/** Directories, relative to the tree, with a file that asks for an OpenAPI description. */
async function openApiDirectories(tree: string, signal: AbortSignal): Promise<readonly string[]> {
  const args = ['-rl', '--include=*.go', '+k8s:openapi-gen=', 'cmd', 'pkg', 'plugin', 'staging/src'];
  const files = (await runProgram('grep', args, { cwd: tree, signal }))
    .split('\n')
    .filter((line) => line !== '');
  const directories = files
    .map((file) => file.slice(0, file.lastIndexOf('/')).replace(/^staging\/src\//, 'vendor/'))
    .filter((name) => !/^vendor\/k8s\.io\/(code-generator|sample-apiserver)\//.test(name));
  return [...new Set(directories)].sort();
}

/** The generator lists all breaches of naming rules that it met; the source has the list that a full run gives. */
async function checkComplete(violations: string, known: string): Promise<void> {
  if ((await readFile(violations, 'utf8')) === (await readFile(known, 'utf8'))) return;
  throw new BootstrapError('lab.failed', 'the OpenAPI description of Kubernetes came out incomplete', {
    detail: `${violations} differs from ${known}`,
  });
}
