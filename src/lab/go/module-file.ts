// The go.mod of a module of our own that compiles the programs of another one.

/** A version of a module, as the module proxy knows it. */
export interface ModuleVersion {
  readonly module: string;
  /** Such as v1.37.2. */
  readonly version: string;
}

/** The line `go 1.26.0` of a go.mod, without the word. */
export function goLine(goMod: string): string | undefined {
  return /^go (\S+)$/m.exec(goMod)?.[1];
}

/** The modules that Kubernetes keeps in its own tree, and publishes as modules of their own as well; no examples. */
export function stagingModules(goMod: string): readonly string[] {
  return modulesOfTree(goMod).filter((module) => !isSample(module));
}

/** Kubernetes' examples, which it requires and no program of it uses. Some of their releases are not served. */
export function sampleModules(goMod: string): readonly string[] {
  return modulesOfTree(goMod).filter(isSample);
}

function modulesOfTree(goMod: string): readonly string[] {
  return [...goMod.matchAll(/^\s*(?:replace )?(\S+) => \.\/staging\/src\/\S+$/gm)].map(
    ([, name = '']) => name,
  );
}

function isSample(module: string): boolean {
  return module.startsWith('k8s.io/sample-');
}

/** Where the own module has an empty one in an example's stead. */
export function sampleDirectory(module: string): string {
  return `./samples/${module}`;
}

/** Gone from where they were, as the module graphs of Kubernetes up to 1.20 still name them. */
const movedModules = ['vbom.ml/util => github.com/fvbommel/util v0.0.0-20160121211510-db5cfe13f5cc'];

/**
 * A go.mod that requires `wanted` and says what that module's own go.mod (`goMod`) says as a main module: replacements
 * and settings, which do not count for a module that is only required. `staging` gives each of Kubernetes' own modules
 * its published version; its examples are looked for as empty modules (`sampleDirectory`).
 */
export function ownGoMod(
  wanted: ModuleVersion,
  goMod: string,
  staging: Readonly<Record<string, string>>,
): string {
  const go = goLine(goMod);
  const replacements = [
    ...publishedReplacements(goMod),
    ...Object.entries(staging).map(([module, version]) => `${module} => ${module} ${version}`),
    ...sampleModules(goMod).map((module) => `${module} => ${sampleDirectory(module)}`),
    ...movedModules.filter((line) => goMod.includes(line.slice(0, line.indexOf(' ')))),
  ];
  return [
    'module ipvs-bootstrap.local/programs',
    ...(go === undefined ? [] : [`go ${go}`]),
    ...[...goMod.matchAll(/^godebug [^(\n]+$/gm)].map(([line]) => line),
    `require ${wanted.module} ${wanted.version}`,
    ...replacements.map((line) => `replace ${line}`),
    '',
  ].join('\n');
}

/** Replacements by other modules. Those by a directory are of the author's own tree. */
function publishedReplacements(goMod: string): readonly string[] {
  const lines = goMod.matchAll(/^\s*(?:replace )?(\S+(?: v\S+)? => [^.\s/]\S* v\S+?)(?: *\/\/.*)?$/gm);
  return [...lines].map(([, line = '']) => line);
}
