// A host that was a control plane gives the virtual IP back: our part of keepalived is gone, and with it our keepalived.
import { z } from 'zod';
import { ask } from '../facts/fact.ts';
import { ipvsAddresses } from '../facts/ipvs-addresses.ts';
import { keepalivedConfiguration } from '../facts/keepalived-configuration.ts';
import { keepalivedMain, keepalivedParts } from './keepalived-parts.ts';
import { releaseNeeds, releaseSteps } from './keepalived-release.ts';
import { defineOperation } from './operation.ts';
import { virtualIPArg } from './virtual-ip-args.ts';

export const virtualIPReleased = defineOperation({
  name: 'virtual-ip.released',
  summary:
    "Takes the virtual IP off and removes its part of keepalived's configuration. keepalived stops with the last part; somebody else's configuration comes back and is run again.",
  args: z.strictObject({ vip: virtualIPArg }),
  needs: () => [...releaseNeeds('virtualIP'), { query: ask(ipvsAddresses) }],
  plan({ vip }, facts) {
    const { addresses } = facts.get(ask(ipvsAddresses));
    const main = facts.get(ask(keepalivedConfiguration, { path: keepalivedMain }));
    const own = facts.get(ask(keepalivedConfiguration, { path: keepalivedParts.virtualIP.path }));
    // Without a file of ours the address is somebody else's; and where theirs is back, their keepalived may want it.
    const isOurs = main === null ? own !== null : main.isOurs;
    const left = addresses.filter(
      (one) => isOurs && one.interface === vip.interface && one.address === vip.address,
    );
    return { steps: releaseSteps('virtualIP', left, facts) };
  },
});
