// A node gives the external IPs back that this program bound: keepalived's part for them is gone, and our settings for ARP.
import { z } from 'zod';
import { forgetArpNeeds, forgetArpSteps } from '../keepalived/arp-settings.ts';
import { releaseNeeds, releaseSteps } from '../keepalived/release.ts';
import { defineOperation } from '../operation.ts';

export const externalIPsReleased = defineOperation({
  name: 'external-ips.released',
  summary:
    "Takes the external IPs that this program bound off the node's interface, with their part of keepalived's configuration and the settings for ARP. Addresses that somebody else bound stay, and those of kube-proxy.",
  args: z.strictObject({}),
  example: `
- name: Take the external IPs off the nodes
  op: external-ips.released
`,
  needs: () => [...releaseNeeds('externalIPs'), ...forgetArpNeeds('externalIPs')],
  plan: (_args, facts) => ({
    steps: [...releaseSteps('externalIPs', facts), ...forgetArpSteps('externalIPs', facts)],
  }),
});
