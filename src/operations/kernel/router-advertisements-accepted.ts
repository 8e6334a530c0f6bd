// A host that is about to forward IPv6 keeps the default route that it has from router advertisements.
import { z } from 'zod';
import { managedDirectories } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { savedSettings } from '../../facts/host/sysctl.ts';
import { hostIpv6 } from '../../facts/network/host-ipv6.ts';
import { defineOperation, unchanged, type FactReader } from '../operation.ts';
import { parseSettings } from './sysctl-files.ts';
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
    const file = facts.get(ask(textFile, { path: files.file }));
    const live = liveSettings(facts, file);
    if (live.size === 0) return unchanged;
    const values = Object.fromEntries([...live.keys()].map((key) => [key, wanted]));
    return {
      steps: settingSteps(
        { values, ...files },
        {
          live: Object.fromEntries(live),
          file,
          record: facts.get(ask(textFile, { path: files.record })),
        },
      ),
    };
  },
});

/** Forward, and take advertisements all the same. */
const wanted = '2';

/**
 * `accept_ra` of the interfaces that are ours to set: those with such a route, and those that were set before, whose route or
 * card may be away just now. 0 means that a program (systemd-networkd, NetworkManager) takes the advertisements. 2 may have
 * been left by `reset`, or set for the time being; only a file brings it again at the next boot. With slashes, as an
 * interface's name may have a dot.
 */
function liveSettings(facts: FactReader, file: TextFile | null): ReadonlyMap<string, string> {
  const { advertised, acceptRa, keptByOthers } = facts.get(ask(hostIpv6));
  const saved = facts
    .get(ask(savedSettings, { record: files.record }))
    .flatMap(({ path, now }) => (now === null ? [] : [[keyOf(path), now] as const]));
  const live = new Map(Object.entries(acceptRa).map(([device, value]) => [settingOf(device), String(value)]));
  const kept = [...parseSettings(file?.text ?? '').keys()]
    .map(keyOf)
    // There is nothing to set where the card is away.
    .map((key) => [key, live.get(key) ?? wanted] as const);
  const own = advertised
    .filter((device) => acceptRa[device] === 1 || (acceptRa[device] === 2 && !keptByOthers.includes(device)))
    .map((device) => [settingOf(device), String(acceptRa[device])] as const);
  return new Map([...kept, ...saved, ...own]);
}

function settingOf(device: string): string {
  return `net/ipv6/conf/${device}/accept_ra`;
}

function keyOf(path: string): string {
  return path.slice('/proc/sys/'.length);
}
