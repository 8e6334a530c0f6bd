// Rules about where Kubernetes comes from.
import { publicPackages } from '../../kube/package-repository.ts';
import { containerdNeed } from '../../kube/version-facts.ts';
import { isSince, minorOf, parseVersion } from '../../kube/version.ts';
import type { Entry } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';
import { parsedVersion } from './versions.ts';

/** Beside the programs of older releases lie other checksums. */
const firstWithChecksums = '1.16';

export function* programsHaveChecksums({ root, version }: Outline): Generator<Finding> {
  const source = root.get('cluster', 'kubernetes', 'source');
  const placed = parsedVersion(version);
  if (placed === undefined || isSince(placed.value, firstWithChecksums)) return;
  const binaries = source.get('binaries');
  const word = source.text()?.value;
  if (!binaries.isThere && word !== 'binaries' && word !== 'auto') return;
  const { path } = binaries.isThere ? binaries : source;
  yield finding(
    `binaries need Kubernetes v${firstWithChecksums}: older ones have no SHA-256 beside them`,
    path,
    {
      part: binaries.isThere ? 'key' : 'value',
      other: placed.path,
      hint: 'Put what you trust into a bundle: docs/bundle.md tells how.',
    },
  );
}

export function* imagesOfBundle({ root }: Outline): Generator<Finding> {
  const bundle = root.get('cluster', 'kubernetes', 'source', 'bundle');
  const repository = root.get('cluster', 'images', 'repository').text();
  if (!bundle.isThere || repository === undefined) return;
  yield finding('images.repository does nothing beside a bundle', repository.path, {
    part: 'key',
    other: bundle.path,
    hint: "A bundle's images have names of their own. Leave out one of the two.",
  });
}

export function* packagesAreServed({ root, version }: Outline): Generator<Finding> {
  const source = root.get('cluster', 'kubernetes', 'source');
  const placed = parsedVersion(version);
  if (placed === undefined || isSince(placed.value, publicPackages.first)) return;
  const packages = source.get('packages');
  if (!packages.isThere && source.text()?.value !== 'packages') return;
  const { path } = packages.isThere ? packages : source;
  const others = isSince(placed.value, firstWithChecksums) ? 'Use "source: binaries"' : 'Use a bundle';
  yield finding(
    `packages need Kubernetes v${publicPackages.first}: those of older ones were taken from the net in 2024`,
    path,
    {
      part: packages.isThere ? 'key' : 'value',
      other: placed.path,
      hint: `${others}: docs/sources.md tells how.`,
    },
  );
}

/** containerd with a CRI of its own. */
const firstWithContainerd = '1.10';

function isOfPackages(source: Entry): boolean {
  return !source.isThere || source.text()?.value === 'packages';
}

export function* runtimeVersionsAreUsed({ root }: Outline): Generator<Finding> {
  const { source, versions } = runtimeOf(root);
  if (!versions.isThere || !isOfPackages(source)) return;
  yield finding("runtime.versions does nothing beside the distribution's packages", versions.path, {
    part: 'key',
    ...(source.isThere ? { other: source.path } : {}),
    hint: 'Write "source: binaries" beside it, or leave it out.',
  });
}

export function* runtimeSuitsKubernetes({ root, version }: Outline): Generator<Finding> {
  const { source, versions } = runtimeOf(root);
  const placed = parsedVersion(version);
  if (placed === undefined || isOfPackages(source)) return;
  const name = `Kubernetes v${minorOf(placed.value)}`;
  if (!isSince(placed.value, firstWithContainerd)) {
    const message = `there are no binaries of a container runtime for ${name}`;
    const hint = 'Leave out "source: binaries": hosts may have a containerd of their distribution.';
    yield finding(message, source.path, { other: placed.path, hint });
    return;
  }
  const containerd = versions.get('containerd').text();
  if (containerd === undefined || !/^\d+\.\d+\.\d+$/.test(containerd.value)) return;
  const found = parseVersion(containerd.value);
  const { oldest, below, until = '' } = containerdNeed(placed.value);
  if (below !== undefined && isSince(found, below)) {
    const message = `the kubelet of ${name} can talk to containerd before ${below} only`;
    const hint = `Choose an older containerd, or Kubernetes v${until} or later.`;
    yield finding(message, containerd.path, { other: placed.path, hint });
  } else if (oldest !== undefined && !isSince(found, oldest)) {
    const message = `the kubelet of ${name} wants containerd ${oldest} or later`;
    yield finding(message, containerd.path, { other: placed.path, hint: 'Choose a newer containerd.' });
  }
}

/** All run on the same processors. */
export function* architecturesAgree({ root }: Outline): Generator<Finding> {
  const runtime = runtimeOf(root).source.get('binaries', 'architecture').text();
  const source = root.get('cluster', 'kubernetes', 'source');
  const isOfPrograms = source.get('binaries').isThere || source.text()?.value === 'binaries';
  if (runtime === undefined || !isOfPrograms) return;
  const written = source.get('binaries', 'architecture').text();
  const { value, path: other } = written ?? { value: 'amd64', path: source.path };
  if (runtime.value === value) return;
  yield finding(`the container runtime is for ${runtime.value}, and Kubernetes for ${value}`, runtime.path, {
    part: 'value',
    other,
    hint: "Leave the runtime's out: it is that of Kubernetes.",
  });
}

function runtimeOf(root: Entry) {
  return {
    source: root.get('cluster', 'runtime', 'source'),
    versions: root.get('cluster', 'runtime', 'versions'),
  };
}

/** Whoever may read a host's processes could read the login there. */
export function* loginsStayHere({ root }: Outline): Generator<Finding> {
  const binaries = root.get('cluster', 'kubernetes', 'source', 'binaries');
  const fetch = binaries.get('fetch');
  const login = binaries.get('login');
  if (!login.isThere || fetch.text()?.value !== 'host') return;
  yield finding('hosts do not get the login of a mirror: they cannot fetch from it themselves', fetch.path, {
    part: 'value',
    other: login.path,
    hint: 'Leave out "fetch: host": this machine fetches once, and sends to every host.',
  });
}
