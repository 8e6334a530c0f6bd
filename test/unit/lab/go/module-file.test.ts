// The go.mod with which somebody else's programs are compiled.
import { describe, expect, it } from 'vitest';
import { goLine, ownGoMod, sampleModules, stagingModules } from '../../../../src/lab/go/module-file.ts';

const kubernetes = `// This is a generated file.
module k8s.io/kubernetes

go 1.26.0

godebug default=go1.26

require (
	github.com/kylelemons/godebug v1.1.0 // indirect
	k8s.io/api v0.0.0
	k8s.io/kube-openapi v0.0.0-20260721132016-d427ff9ee9ad
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubelet => ./staging/src/k8s.io/kubelet
	k8s.io/sample-apiserver => ./staging/src/k8s.io/sample-apiserver
)
`;

it('knows which libraries Kubernetes keeps in its own tree', () => {
  expect(stagingModules(kubernetes)).toEqual(['k8s.io/api', 'k8s.io/kubelet']);
  expect(stagingModules('replace k8s.io/api => ./staging/src/k8s.io/api\n')).toEqual(['k8s.io/api']);
  expect(sampleModules(kubernetes)).toEqual(['k8s.io/sample-apiserver']);
});

it('reads the line that names the language version', () => {
  expect(goLine(kubernetes)).toBe('1.26.0');
  expect(goLine('module a\n')).toBeUndefined();
});

describe('a go.mod of our own', () => {
  it('requires the module, keeps its settings, and takes its own libraries as they were published, without examples', () => {
    const staging = { 'k8s.io/api': 'v0.37.2', 'k8s.io/kubelet': 'v0.37.1' };
    expect(ownGoMod({ module: 'k8s.io/kubernetes', version: 'v1.37.2' }, kubernetes, staging)).toBe(
      `module ipvs-bootstrap.local/programs
go 1.26.0
godebug default=go1.26
require k8s.io/kubernetes v1.37.2
replace k8s.io/api => k8s.io/api v0.37.2
replace k8s.io/kubelet => k8s.io/kubelet v0.37.1
replace k8s.io/sample-apiserver => ./samples/k8s.io/sample-apiserver
`,
    );
  });

  it('keeps replacements by other modules, and drops those by folders of the author', () => {
    const goMod = `module go.etcd.io/etcd/server/v3
go 1.26
replace (
	go.etcd.io/etcd/api/v3 => ../api
	github.com/a/b v1.2.3 => github.com/c/b v1.2.4 // why
	github.com/d/e => github.com/f/e/v2 v2.0.0-20200101000000-abcdefabcdef
)
`;
    const own = ownGoMod({ module: 'go.etcd.io/etcd/server/v3', version: 'v3.7.0' }, goMod, {});
    expect(own.match(/^replace .*$/gm)).toEqual([
      'replace github.com/a/b v1.2.3 => github.com/c/b v1.2.4',
      'replace github.com/d/e => github.com/f/e/v2 v2.0.0-20200101000000-abcdefabcdef',
    ]);
  });

  it('finds a library of old releases where it is now', () => {
    const goMod = 'module k8s.io/kubernetes\nrequire vbom.ml/util v0.0.0-20160121211510-db5cfe13f5cc\n';
    const own = ownGoMod({ module: 'k8s.io/kubernetes', version: 'v1.20.15' }, goMod, {});
    expect(own).toContain('\nreplace vbom.ml/util => github.com/fvbommel/util v0.0.0-2016');
  });
});
