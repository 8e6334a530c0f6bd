// A host that was a control plane gives the virtual IP back: our part of keepalived is gone, and with it our keepalived.
import { z } from 'zod';
import { forgetArpNeeds, forgetArpSteps } from '../keepalived/arp-settings.ts';
import { releaseNeeds, releaseSteps } from '../keepalived/release.ts';
import { defineOperation } from '../operation.ts';

export const virtualIPReleased = defineOperation({
  name: 'virtual-ip.released',
  summary:
    "Takes the virtual IP off and removes its part of keepalived's configuration, which names it. keepalived stops with the last part, and further cards answer ARP as before; somebody else's configuration comes back, and keepalived is then as it was before.",
  args: z.strictObject({}),
  example: `
- name: Take the virtual IP off the control planes
  op: virtual-ip.released
  on: control-planes
`,
  needs: () => [...releaseNeeds('virtualIP'), ...forgetArpNeeds('virtualIP')],
  plan: (_args, facts) => ({
    steps: [...releaseSteps('virtualIP', facts), ...forgetArpSteps('virtualIP', facts)],
  }),
});
