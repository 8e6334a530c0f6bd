// A node gives the external IPs back that this program bound: keepalived's part for them is gone, and our settings for ARP.
import { z } from 'zod';
import { ask } from '../facts/fact.ts';
import { ipvsAddresses } from '../facts/ipvs-addresses.ts';
import { keepalivedConfiguration } from '../facts/keepalived-configuration.ts';
import { dummyInterface } from '../ipvs/host-addresses.ts';
import { heldAddresses } from './held-addresses.ts';
import { keepalivedParts } from './keepalived-parts.ts';
import { releaseNeeds, releaseSteps } from './keepalived-release.ts';
import { defineOperation } from './operation.ts';
import { forgetArpNeeds, forgetArpSteps } from './owner-arp.ts';

const { path } = keepalivedParts.externalIPs;

export const externalIPsReleased = defineOperation({
  name: 'external-ips.released',
  summary:
    "Takes the external IPs that this program bound off the node's interface, with their part of keepalived's configuration and the settings for ARP. Addresses that somebody else bound stay, and those of kube-proxy.",
  args: z.strictObject({}),
  needs: () => [...releaseNeeds('externalIPs'), ...forgetArpNeeds(), { query: ask(ipvsAddresses) }],
  plan(_args, facts) {
    // What was bound stands in the part itself: the inventory may have changed since.
    const part = facts.get(ask(keepalivedConfiguration, { path }));
    const ours = part === null ? [] : heldAddresses(part.text.reveal());
    const { addresses } = facts.get(ask(ipvsAddresses));
    const left = addresses.filter(
      (one) =>
        one.interface !== dummyInterface &&
        ours.some(({ address, interface: device }) => one.address === address && one.interface === device),
    );
    return { steps: [...releaseSteps('externalIPs', left, facts), ...forgetArpSteps(facts)] };
  },
});
