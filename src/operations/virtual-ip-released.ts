// A host that was a control plane gives the virtual IP back: our keepalived configuration is gone, or the one before it is back.
import { z } from 'zod';
import { cmd, sequence } from '../core/command.ts';
import { backupPath } from '../core/managed.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { ipvsAddresses } from '../facts/ipvs-addresses.ts';
import {
  keepalivedConfiguration,
  keepalivedConfigurationPath,
  type KeepalivedConfiguration,
} from '../facts/keepalived-configuration.ts';
import { defineOperation, type FactReader, type Step } from './operation.ts';
import { checkScriptPath, keepalivedUnit, virtualIPArg, type VirtualIPArg } from './virtual-ip-args.ts';

export const virtualIPReleased = defineOperation({
  name: 'virtual-ip.released',
  summary:
    "Stops keepalived where this program configured it, takes the virtual IP off and removes the configuration. Somebody else's comes back and is run again.",
  args: z.strictObject({ vip: virtualIPArg }),
  needs: () => [
    { query: ask(keepalivedConfiguration) },
    { query: ask(textFile, { path: checkScriptPath }) },
    { query: ask(ipvsAddresses) },
  ],
  plan({ vip }, facts) {
    const found = facts.get(ask(keepalivedConfiguration));
    const script = facts.get(ask(textFile, { path: checkScriptPath }));
    const isOurs = found?.isOurs === true;
    return {
      steps: [
        ...(isOurs ? [stopStep] : []),
        // keepalived takes it along when it ends, unless it was killed. Somebody else's keepalived may want it.
        ...(isOurs || found === null ? addressSteps(vip, facts) : []),
        ...(isOurs ? configurationSteps(found) : []),
        ...(script === null ? [] : [removeStep(checkScriptPath)]),
      ],
    };
  },
});

const stopStep: Step = {
  kind: 'exec',
  title: `stop ${keepalivedUnit}, and start it at boot no more`,
  command: cmd`systemctl -q disable --now ${keepalivedUnit}`,
};

function addressSteps(vip: VirtualIPArg, facts: FactReader): readonly Step[] {
  const { addresses } = facts.get(ask(ipvsAddresses));
  return addresses
    .filter((one) => one.interface === vip.interface && one.address === vip.address)
    .map(({ address, prefixLength }) => {
      const family = address.includes(':') ? '-6' : '-4';
      const place = cmd`${family} addr`;
      return {
        kind: 'exec',
        title: `take ${address} off ${vip.interface}`,
        command: cmd`[ -z "$(ip ${place} show dev ${vip.interface} to ${address})" ] ||
ip ${place} del ${`${address}/${prefixLength}`} dev ${vip.interface}`,
      };
    });
}

function configurationSteps({ hasBackup }: KeepalivedConfiguration): readonly Step[] {
  const path = keepalivedConfigurationPath;
  if (!hasBackup) return [removeStep(path)];
  const backup = backupPath(path);
  return [
    {
      kind: 'exec',
      title: `put back ${path} from ${backup}, and run keepalived with it`,
      command: sequence([cmd`mv -f ${backup} ${path}`, cmd`systemctl -q enable --now ${keepalivedUnit}`]),
    },
  ];
}

function removeStep(path: string): Step {
  return { kind: 'remove', title: `remove ${path}`, path };
}
