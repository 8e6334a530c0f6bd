// A host that is about to forward IPv6 keeps the default route that it has from router advertisements.
import { z } from 'zod';
import { managedDirectories } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { savedSettings } from '../../facts/host/sysctl.ts';
import { hostIpv6 } from '../../facts/network/host-ipv6.ts';
import { defineOperation, unchanged, type FactReader } from '../operation.ts';
import { settingSteps } from './sysctl-steps.ts';

/** A file and a record of their own: what `sysctl.set` keeps elsewhere is not touched. */
const files = {
  file: '/etc/sysctl.d/99-zz-ipvs-bootstrap-ra.conf',
  record: `${managedDirectories.state}/ra-before`,
} as const;

export const routerAdvertisementsAccepted = defineOperation({
  name: 'router-advertisements.accepted',
  summary:
    'Lets a kernel that forwards IPv6 go on taking its default route from router advertisements (accept_ra=2), on the interfaces where it has one by its own. Comes before forwarding is switched on: that removes such routes. `sysctl.restored` with its file and record takes it back.',
  args: z.strictObject({}),
  example: `
- name: Keep the default routes that come from router advertisements
  op: router-advertisements.accepted
`,
  needs: () => [
    { query: ask(hostIpv6) },
    { query: ask(textFile, { path: files.file }) },
    { query: ask(textFile, { path: files.record }) },
    { query: ask(savedSettings, { record: files.record }) },
  ],
  plan(_args, facts) {
    const live = liveSettings(facts);
    if (live.size === 0) return unchanged;
    const values = Object.fromEntries([...live.keys()].map((key) => [key, '2']));
    return {
      steps: settingSteps(
        { values, ...files },
        {
          live: Object.fromEntries(live),
          file: facts.get(ask(textFile, { path: files.file })),
          record: facts.get(ask(textFile, { path: files.record })),
        },
      ),
    };
  },
});

/**
 * `accept_ra` of the interfaces that are ours to set: those with such a route while it is 1, and those that were set before,
 * whose route may be away just now. 0 means that a program (systemd-networkd, NetworkManager) takes the advertisements, and
 * 2 that somebody has thought of it. With slashes, as an interface's name may have a dot.
 */
function liveSettings(facts: FactReader): ReadonlyMap<string, string> {
  const saved = facts
    .get(ask(savedSettings, { record: files.record }))
    .flatMap(({ path, now }) => (now === null ? [] : [[path.slice('/proc/sys/'.length), now] as const]));
  const advertised = facts
    .get(ask(hostIpv6))
    .advertised.filter(({ acceptRa }) => acceptRa === 1)
    .map(({ interface: device }) => [`net/ipv6/conf/${device}/accept_ra`, '1'] as const);
  return new Map([...saved, ...advertised]);
}
