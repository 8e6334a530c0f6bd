// Takes a part of keepalived's configuration away; with the last one goes the rest, and what was there before comes back.
import { cmd } from '../../core/command.ts';
import { isIpv6 } from '../../core/ip.ts';
import { backupPath } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { fileBackup, textFile } from '../../facts/files/file.ts';
import {
  keepalivedConfiguration,
  type KeepalivedConfiguration,
} from '../../facts/files/keepalived-configuration.ts';
import { restartCommand, unitState } from '../../facts/host/unit.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import type { InterfaceAddress } from '../../ipvs/host-addresses.ts';
import { putBackStep } from '../files/give-back.ts';
import { removeStep, removeWithDirectory } from '../files/remove-step.ts';
import type { FactNeed, FactReader, Step } from '../operation.ts';
import { beforeNeeds, restoreSteps, stopped } from './before.ts';
import { heldAddresses } from './held-addresses.ts';
import {
  keepalivedMain,
  keepalivedParts,
  keepalivedQuestion,
  keepalivedUnit,
  type KeepalivedPart,
} from './parts.ts';

export function releaseNeeds(part: KeepalivedPart): readonly FactNeed[] {
  const files = [keepalivedMain, ...Object.values(keepalivedParts).map(({ path }) => path)];
  return [
    ...files.map((path) => ({ query: ask(keepalivedConfiguration, { path }) })),
    { query: ask(fileBackup, { path: keepalivedMain }) },
    { query: ask(textFile, { path: keepalivedParts[part].script }) },
    ...beforeNeeds(),
    { query: ask(ipvsAddresses) },
  ];
}

/** The part itself goes last where keepalived stops, so that an interrupted run goes on where it was. */
export function releaseSteps(part: KeepalivedPart, facts: FactReader): readonly Step[] {
  const { path, script } = keepalivedParts[part];
  const main = facts.get(ask(keepalivedConfiguration, { path: keepalivedMain }));
  const own = facts.get(ask(keepalivedConfiguration, { path }));
  const isScriptThere = facts.get(ask(textFile, { path: script })) !== null;
  const takeOff = leftAddresses(part, facts).map(takeOffStep);
  const removeOwn = own === null ? [] : [removeWithDirectory(path)];
  const removeScript: readonly Step[] = isScriptThere ? [removeStep(script)] : [];
  if (main !== null && !main.isOurs) return [...foreignSteps(facts), ...removeOwn, ...removeScript];
  if (main === null) {
    const gone = hasOther(part, facts) ? takeOff : goneSteps(own !== null, takeOff, facts);
    return [...gone, ...removeOwn, ...removeScript];
  }
  if (hasOther(part, facts)) {
    return [...removeOwn, ...reloadSteps(path, own !== null, facts), ...takeOff, ...removeScript];
  }
  if (own === null) return [...takeOff, ...removeScript];
  return [stopStep, ...takeOff, ...mainSteps(main, facts), ...removeOwn, ...removeScript];
}

/**
 * What keepalived should take along when it lets go, and does not when it was killed. The part itself names it, as the
 * inventory may have changed since.
 */
function leftAddresses(part: KeepalivedPart, facts: FactReader): readonly InterfaceAddress[] {
  const main = facts.get(ask(keepalivedConfiguration, { path: keepalivedMain }));
  const own = facts.get(ask(keepalivedConfiguration, { path: keepalivedParts[part].path }));
  // Where somebody else's configuration is back, their keepalived may want the address.
  if (own === null || main?.isOurs === false) return [];
  const ours = heldAddresses(own.text.reveal());
  return facts
    .get(ask(ipvsAddresses))
    .addresses.filter((one) =>
      ours.some(({ address, interface: device }) => one.address === address && one.interface === device),
    );
}

function hasOther(part: KeepalivedPart, facts: FactReader): boolean {
  return Object.entries(keepalivedParts)
    .filter(([name]) => name !== part)
    .some(([, { path }]) => facts.get(ask(keepalivedConfiguration, { path })) !== null);
}

/** keepalived keeps the other part's address while it reads its files again. */
function reloadSteps(path: string, isRemoved: boolean, facts: FactReader): readonly Step[] {
  const { newer } = facts.get(ask(unitState, keepalivedQuestion));
  if (!isRemoved && !newer.includes(path)) return [];
  return [
    {
      kind: 'exec',
      title: `reload ${keepalivedUnit} without ${path}`,
      command: restartCommand({ ...keepalivedQuestion, reload: true }),
    },
  ];
}

const stopStep: Step = {
  kind: 'exec',
  title: `stop ${keepalivedUnit}, and start it at boot no more`,
  command: cmd`systemctl -q disable --now ${keepalivedUnit}`,
};

function takeOffStep({ address, interface: device, prefixLength }: InterfaceAddress): Step {
  const place = cmd`${isIpv6(address) ? '-6' : '-4'} addr`;
  return {
    kind: 'exec',
    title: `take ${address} off ${device}`,
    command: cmd`[ -z "$(ip ${place} show dev ${device} to ${address})" ] ||
ip ${place} del ${`${address}/${prefixLength}`} dev ${device}`,
  };
}

/** A run that ends behind the first of these finds somebody else's configuration, and a note. */
function mainSteps({ hasBackup }: KeepalivedConfiguration, facts: FactReader): readonly Step[] {
  if (!hasBackup) return [removeStep(keepalivedMain)];
  return [putBackStep(keepalivedMain), ...restoreSteps(facts, stopped)];
}

/** Where somebody else's configuration is back, or was never replaced. */
function foreignSteps(facts: FactReader): readonly Step[] {
  const restore = restoreSteps(facts, facts.get(ask(unitState, keepalivedQuestion)));
  if (facts.get(ask(fileBackup, { path: keepalivedMain })) !== 'same') return restore;
  const copy = backupPath(keepalivedMain);
  return [...restore, removeStep(copy)];
}

/** Where our configuration is not there any more; keepalived may still run with what it has read from it. */
function goneSteps(hasPart: boolean, takeOff: readonly Step[], facts: FactReader): readonly Step[] {
  if (facts.get(ask(fileBackup, { path: keepalivedMain })) === 'none') return takeOff;
  const state = facts.get(ask(unitState, keepalivedQuestion));
  const isOurs = hasPart && state.load !== 'not-found';
  const restore = restoreSteps(facts, isOurs ? stopped : state);
  return [...(isOurs ? [stopStep] : []), ...takeOff, putBackStep(keepalivedMain), ...restore];
}
