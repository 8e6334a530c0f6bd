// Kernel settings by which a node answers ARP only for the addresses of the interface that was asked.
// kube-proxy has every external IP on kube-ipvs0 of each node, and a kernel answers for those as well by itself.
import { managedDirectories } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { savedSettings, sysctlPath, type SavedSetting } from '../../facts/host/sysctl.ts';
import { formatRecord, parseSettings, type Settings } from '../kernel/sysctl-files.ts';
import { restoreStep, sysctlRestored } from '../kernel/sysctl-restored.ts';
import { sysctlSet } from '../kernel/sysctl-set.ts';
import type { FactNeed, FactReader, Step } from '../operation.ts';

/** A file and a record of their own: what `sysctl.set` keeps elsewhere is not touched. */
const files = {
  file: '/etc/sysctl.d/99-zz-ipvs-bootstrap-arp.conf',
  record: `${managedDirectories.state}/arp-before`,
};

/** With slashes, as an interface's name may have a dot. Narrower than kube-proxy's strictARP, which sets them for all. */
function wanted(interfaceName: string) {
  const place = `net/ipv4/conf/${interfaceName}`;
  return { ...files, values: { [`${place}/arp_ignore`]: '1', [`${place}/arp_announce`]: '2' }, raise: false };
}

export function arpNeeds(interfaceName: string): readonly FactNeed[] {
  return [...sysctlSet.needs(wanted(interfaceName)), { query: ask(savedSettings, { record: files.record }) }];
}

export function arpSteps(interfaceName: string, facts: FactReader): readonly Step[] {
  const steps = sysctlSet.plan(wanted(interfaceName), facts).steps;
  return [...steps, ...otherInterfaces(interfaceName, steps, facts)];
}

/**
 * When another interface had the external IPs before: its settings go back, unless somebody has changed them since.
 * @param steps those before, which may add to the record
 */
function otherInterfaces(interfaceName: string, steps: readonly Step[], facts: FactReader): readonly Step[] {
  const own = new Set(Object.keys(wanted(interfaceName).values).map(sysctlPath));
  const isOther = ({ path }: { readonly path: string }): boolean => !own.has(path);
  const found = parseSettings(facts.get(ask(textFile, { path: files.record }))?.text ?? '');
  if (![...found.keys()].some((path) => isOther({ path }))) return [];
  const saved = facts.get(ask(savedSettings, { record: files.record }));
  const isOurs = ({ path, now }: SavedSetting): boolean => now === (path.endsWith('/arp_ignore') ? '1' : '2');
  const restored = saved.filter((one) => isOther(one) && isOurs(one) && one.now !== one.before);
  return [...restored.map(restoreStep), cutRecord(own, steps, found)];
}

/** After the settings have gone back, so that an interrupted run still knows them. */
function cutRecord(own: ReadonlySet<string>, steps: readonly Step[], found: Settings): Step {
  const { record: path } = files;
  const noted = steps.find((step) => step.kind === 'write' && step.path === path);
  const settings = noted?.kind === 'write' ? parseSettings(noted.content as string) : found;
  const kept = new Map([...settings].filter(([name]) => own.has(name)));
  const title = `forget the interfaces of before in ${path}`;
  return { kind: 'write', title, path, content: formatRecord(kept), mode: 0o644 };
}

export function forgetArpNeeds(): readonly FactNeed[] {
  return sysctlRestored.needs(files);
}

export function forgetArpSteps(facts: FactReader): readonly Step[] {
  return sysctlRestored.plan(files, facts).steps;
}
