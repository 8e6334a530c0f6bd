// Rules about registries: each host is named once, and what is said of one is used.
import {
  defaultRegistry,
  dockerHubAliases,
  mirrorHost,
  registryHost,
  registryNameOf,
} from '../../kube/registries.ts';
import { present, type Entry, type Placed } from './entry.ts';
import { finding, repeated, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

interface WrittenRegistry {
  readonly name: string;
  readonly entry: Entry;
  /** Those whose URL can be read. */
  readonly mirrors: readonly Placed<string>[];
}

function registriesOf({ root }: Outline): readonly WrittenRegistry[] {
  return root
    .get('cluster', 'registries')
    .entries()
    .map(([name, entry]) => ({
      name,
      entry,
      mirrors: present(
        entry
          .get('mirrors')
          .items()
          .map((item) => item.parse((url) => (URL.canParse(url) ? new URL(url).href : undefined))),
      ),
    }));
}

export function* registryNames(outline: Outline): Generator<Finding> {
  for (const { name, entry } of registriesOf(outline)) {
    if (!dockerHubAliases.includes(name)) continue;
    yield finding(`${name} is the registry docker.io`, entry.path, {
      part: 'key',
      hint: 'Call it docker.io, whatever the names of images say.',
    });
  }
}

export function* mirrorsAreOthers(outline: Outline): Generator<Finding> {
  for (const { name, mirrors } of registriesOf(outline)) {
    for (const { first, again } of repeated(mirrors, (url) => url.replace(/\/+$/, ''))) {
      yield finding('this mirror is named twice', again.path, { other: first.path });
    }
    for (const { value, path } of mirrors) {
      const { host, pathname } = new URL(value);
      if (host !== registryHost(name) || pathname !== '/') continue;
      yield finding(`this is ${name} itself, which is asked after its mirrors anyway`, path);
    }
  }
}

export function* onlyMirrorsNeedMirrors(outline: Outline): Generator<Finding> {
  if (!outline.isComplete) return;
  for (const { name, entry, mirrors } of registriesOf(outline)) {
    if (!entry.get('mirrorsOnly').isTrue || mirrors.length > 0) continue;
    yield finding(`there is no mirror of ${name} to be asked`, entry.get('mirrorsOnly').path, {
      part: 'key',
      hint: 'Name one: mirrors: [https://mirror.example].',
    });
  }
}

/** It would be sent to everybody who asks. */
export function* loginHasOneHost(outline: Outline): Generator<Finding> {
  for (const { name, entry } of registriesOf(outline)) {
    const login = entry.get('login');
    if (name !== defaultRegistry || !login.isThere) continue;
    yield finding('a login belongs to one host', login.path, {
      part: 'key',
      hint: "Write it under that host's own name: mirror.example: { login: … }.",
    });
  }
}

/** Who writes it means the mirrors' login or CA, most likely. */
export function* whatIsSaidIsUsed(outline: Outline): Generator<Finding> {
  const all = registriesOf(outline);
  const asMirrors = new Set(
    all.flatMap(({ mirrors }) => mirrors.map(({ value }) => registryNameOf(mirrorHost(value)))),
  );
  for (const { name, entry, mirrors } of all) {
    const only = entry.get('mirrorsOnly');
    if (name === defaultRegistry || !only.isTrue || asMirrors.has(name)) continue;
    const [first] = mirrors;
    for (const key of ['login', 'ca'] as const) {
      const said = entry.get(key);
      if (!said.isThere || first === undefined) continue;
      yield finding(`${name} itself is never asked, so its ${key} does nothing`, said.path, {
        part: 'key',
        other: only.path,
        hint: `A mirror has an entry of its own: ${mirrorHost(first.value)}: { ${key}: … }.`,
      });
    }
  }
}
