// Kernel settings by which a node answers ARP only for the addresses of the interface that was asked.
// kube-proxy has every external IP on kube-ipvs0 of each node, and a kernel answers for those as well by itself.
import { managedDirectories } from '../core/managed.ts';
import type { FactNeed, FactReader, Step } from './operation.ts';
import { sysctlForgotten } from './sysctl-forgotten.ts';
import { sysctlSet } from './sysctl-set.ts';

/** A file and a record of their own: what `sysctl.set` keeps elsewhere is not touched. */
const files = {
  file: '/etc/sysctl.d/99-zz-ipvs-bootstrap-arp.conf',
  record: `${managedDirectories.state}/arp-before`,
};

/** With slashes, as an interface's name may have a dot. Narrower than kube-proxy's strictARP, which sets them for all. */
function wanted(interfaceName: string) {
  const place = `net/ipv4/conf/${interfaceName}`;
  return { ...files, values: { [`${place}/arp_ignore`]: '1', [`${place}/arp_announce`]: '2' } };
}

export function ownerArpNeeds(interfaceName: string): readonly FactNeed[] {
  return sysctlSet.needs(wanted(interfaceName));
}

export function ownerArpSteps(interfaceName: string, facts: FactReader): readonly Step[] {
  return sysctlSet.plan(wanted(interfaceName), facts).steps;
}

export function forgetArpNeeds(): readonly FactNeed[] {
  return sysctlForgotten.needs(files);
}

export function forgetArpSteps(facts: FactReader): readonly Step[] {
  return sysctlForgotten.plan(files, facts).steps;
}
