// Kernel settings by which a node answers ARP only for the addresses of the interface that was asked: on the one that has
// our addresses, as kube-proxy has them all on kube-ipvs0 too, and on further cards in the same network.
import { managedDirectories } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { savedSettings, sysctlPath, type SavedSetting } from '../../facts/host/sysctl.ts';
import { arpSettings } from '../../facts/network/arp-settings.ts';
import { formatRecord, parseSettings, type Settings } from '../kernel/sysctl-files.ts';
import { restoreStep, sysctlRestored } from '../kernel/sysctl-restored.ts';
import { settingSteps } from '../kernel/sysctl-steps.ts';
import type { FactNeed, FactReader, Step } from '../operation.ts';
import type { KeepalivedPart } from './parts.ts';

/** Files and records of their own: what `sysctl.set` keeps elsewhere is not touched. */
const filesOf = {
  externalIPs: {
    file: '/etc/sysctl.d/99-zz-ipvs-bootstrap-arp.conf',
    record: `${managedDirectories.state}/arp-before`,
  },
  virtualIP: {
    file: '/etc/sysctl.d/99-zz-ipvs-bootstrap-arp-vip.conf',
    record: `${managedDirectories.state}/arp-before-vip`,
  },
} as const satisfies Readonly<Record<KeepalivedPart, unknown>>;

/** With slashes, as an interface's name may have a dot. Narrower than kube-proxy's strictARP, which sets them for all. */
function wantedOn(interfaces: readonly string[]): Readonly<Record<string, string>> {
  const places = interfaces.map((name) => `net/ipv4/conf/${name}`);
  return Object.fromEntries(
    places.flatMap((place) => [
      [`${place}/arp_ignore`, '1'],
      [`${place}/arp_announce`, '2'],
    ]),
  );
}

export function arpNeeds(part: KeepalivedPart): readonly FactNeed[] {
  return [{ query: ask(arpSettings) }, ...forgetArpNeeds(part)];
}

/** @param interfaces those that are to answer for their own addresses only; all others get back what they had */
export function arpSteps(
  part: KeepalivedPart,
  interfaces: readonly string[],
  facts: FactReader,
): readonly Step[] {
  if (interfaces.length === 0) return forgetArpSteps(part, facts);
  const { file, record } = filesOf[part];
  const values = wantedOn(interfaces);
  const steps = settingSteps(
    { values, file, record },
    {
      live: facts.get(ask(arpSettings)),
      file: facts.get(ask(textFile, { path: file })),
      record: facts.get(ask(textFile, { path: record })),
    },
  );
  return [...steps, ...otherInterfaces({ record, values }, steps, facts)];
}

interface Wanted {
  readonly record: string;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * When other interfaces were set before: their settings go back, unless somebody has changed them since.
 * @param steps those before, which may add to the record
 */
function otherInterfaces(
  { record, values }: Wanted,
  steps: readonly Step[],
  facts: FactReader,
): readonly Step[] {
  const own = new Set(Object.keys(values).map(sysctlPath));
  const isOther = ({ path }: { readonly path: string }): boolean => !own.has(path);
  const found = parseSettings(facts.get(ask(textFile, { path: record }))?.text ?? '');
  if (![...found.keys()].some((path) => isOther({ path }))) return [];
  const saved = facts.get(ask(savedSettings, { record }));
  const isOurs = ({ path, now }: SavedSetting): boolean => now === (path.endsWith('/arp_ignore') ? '1' : '2');
  const restored = saved.filter((one) => isOther(one) && isOurs(one) && one.now !== one.before);
  return [...restored.map(restoreStep), cutRecord(record, own, steps, found)];
}

/** After the settings have gone back, so that an interrupted run still knows them. */
function cutRecord(path: string, own: ReadonlySet<string>, steps: readonly Step[], found: Settings): Step {
  const noted = steps.find((step) => step.kind === 'write' && step.path === path);
  const settings = noted?.kind === 'write' ? parseSettings(noted.content as string) : found;
  const kept = new Map([...settings].filter(([name]) => own.has(name)));
  const title = `forget the interfaces of before in ${path}`;
  return { kind: 'write', title, path, content: formatRecord(kept), mode: 0o644 };
}

export function forgetArpNeeds(part: KeepalivedPart): readonly FactNeed[] {
  return sysctlRestored.needs(filesOf[part]);
}

export function forgetArpSteps(part: KeepalivedPart, facts: FactReader): readonly Step[] {
  return sysctlRestored.plan(filesOf[part], facts).steps;
}
