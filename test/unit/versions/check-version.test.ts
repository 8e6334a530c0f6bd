// What is kept of one version's check, and what is not.
import { describe, expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { documentsDigest, type ProgramsCheck } from '../../versions/check-programs.ts';
import { checkVersion, compileFailure, isDone } from '../../versions/check-version.ts';

const version = 'v1.37.2';
const fine: ProgramsCheck = {
  documents: documentsDigest(version),
  judgedBy: 'config validate',
  scenarios: ['single'],
  warnings: [],
  problems: [],
};

const goFailed = (...lines: readonly string[]) =>
  new BootstrapError('lab.failed', 'go failed (exit status 1)', {
    detail: ['go build -v -p=2 k8s.io/kubernetes/cmd/kubeadm', ...lines].join('\n'),
    data: { exitCode: 1 },
  });

const notCompiling = goFailed(
  'k8s.io/kubernetes/pkg/util/parsers',
  '# k8s.io/kubernetes/pkg/proxy/ipvs',
  'k8s.io/kubernetes@v1.37.2/pkg/proxy/ipvs/ipset.go:100:12: undefined: utilipset.New',
);

function checked(programs: () => Promise<string>, check = async () => fine, stop = new AbortController()) {
  const source = { directory: undefined, report: () => undefined, signal: stop.signal };
  return checkVersion(version, source, { programsOf: programs, checkPrograms: check });
}

describe('a version', () => {
  it('is kept as it was judged', async () => {
    const result = await checked(async () => '/programs');
    expect(result).toEqual({ version, ...fine });
    expect(isDone(version, result)).toBe(true);
  });

  it('whose source does not compile is kept with the reason, and tried again', async () => {
    const result = await checked(() => Promise.reject(notCompiling));
    expect(result).toEqual({
      version,
      notBuilt: 'k8s.io/kubernetes@v1.37.2/pkg/proxy/ipvs/ipset.go:100:12: undefined: utilipset.New',
    });
    expect(isDone(version, result)).toBe(false);
  });

  it('whose programs cannot be had for another reason is not kept', async () => {
    const failure = new BootstrapError('lab.failed', 'it cannot be fetched from the Go module proxy');
    await expect(checked(() => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('is not kept after Ctrl-C, which ends its programs as well', async () => {
    const stop = new AbortController();
    const check = async () => {
      stop.abort();
      return { ...fine, problems: ['single: kubeadm failed'] };
    };
    expect(await checked(async () => '/programs', check, stop)).toBeUndefined();
    const failing = () => {
      stop.abort();
      return Promise.reject(notCompiling);
    };
    expect(await checked(failing, undefined, stop)).toBeUndefined();
  });

  it('is done neither as another patch, nor with problems, nor with other documents', () => {
    expect(isDone('v1.37.1', { version, ...fine, scenarios: [], warnings: [], problems: [] })).toBe(false);
    expect(isDone(version, { version, ...fine, scenarios: [], warnings: [], problems: ['x'] })).toBe(false);
    const stale = { version, ...fine, documents: 'x', scenarios: [], warnings: [], problems: [] };
    expect(isDone(version, stale)).toBe(false);
    expect(isDone(version, undefined)).toBe(false);
  });
});

describe('what went wrong', () => {
  it.each([
    ['the compiler', notCompiling],
    ['the linker', goFailed('# cmd', 'link: golang.org/x/net: invalid reference to net.zoneCache')],
  ])('is the version’s fault when %s says so', (_, error) => {
    expect(compileFailure(error)).toBeDefined();
  });

  it.each([
    ['a full disk', goFailed('# k8s.io/api', 'pkg/a.go:1:1: write x.o: no space left on device')],
    ['too little memory', goFailed('pkg/a.go:1:1: x', 'k8s.io/api: compile: signal: killed')],
    ['no module', goFailed('go: k8s.io/api@v0.37.2: dial tcp: connection refused')],
    [
      'files that are not served',
      goFailed('cmd/a.go:1:2: k8s.io/b@v0.1.2: reading https://proxy.example/b.zip: 403 Forbidden'),
    ],
    ['a bug of ours', new TypeError('pkg/a.go:1:1: x')],
  ])('is not the version’s fault with %s', (_, error) => {
    expect(compileFailure(error)).toBeUndefined();
  });
});
