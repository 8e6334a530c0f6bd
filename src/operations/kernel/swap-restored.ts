// Swap as it was before us.
import path from 'node:path/posix';
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { savedSwap, swapInUse, type SavedSwap } from '../../facts/host/swap.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, unchanged, type Step } from '../operation.ts';
import { readUnitsStep } from '../systemd/unit-steps.ts';
import { fstab, putBack, swapRecord } from './swap-record.ts';

export const swapRestored = defineOperation({
  name: 'swap.restored',
  summary:
    'Puts back what `swap.disabled` took away: lines of /etc/fstab, units, and the swap that was on. What somebody has changed since stays.',
  args: z.strictObject({}),
  example: `
- name: Let swap be as it was
  op: swap.restored
`,
  needs: () => [
    { query: ask(swapInUse) },
    { query: ask(savedSwap, { record: swapRecord }) },
    { query: ask(textFile, { path: fstab }) },
    { query: ask(textFile, { path: swapRecord }) },
  ],
  plan(_wanted, facts) {
    if (facts.get(ask(textFile, { path: swapRecord })) === null) return unchanged;
    const saved = facts.get(ask(savedSwap, { record: swapRecord }));
    const { devices } = facts.get(ask(swapInUse));
    const table = tablePart(facts.get(ask(textFile, { path: fstab })), saved);
    const boot = [...table.steps, ...unitSteps(saved)];
    const on = devicePart(
      saved,
      devices.map(({ device }) => device),
    );
    return {
      warnings: [...table.warnings, ...linkWarnings(saved), ...on.warnings],
      steps: [...boot, ...(boot.length > 0 ? [readUnitsStep] : []), ...on.steps, removeStep(swapRecord)],
    };
  },
});

interface Part {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

function tablePart(table: TextFile | null, { lines }: SavedSwap): Part {
  const back = putBack(table?.text ?? '', lines);
  const warnings = back.missing.map(
    (line) => `${fstab} has been changed since, and stays: this line is not put back: ${line}`,
  );
  if (table === null || back.text === table.text) return { steps: [], warnings };
  const step: Step = {
    kind: 'write',
    title: `put swap in ${fstab} back into use`,
    path: fstab,
    content: back.text,
    mode: table.mode,
    before: table.text,
  };
  return { steps: [step], warnings };
}

function unitSteps({ links, masks }: SavedSwap): readonly Step[] {
  return [
    ...links
      .filter(({ now }) => now === 'absent')
      .map(({ path: place, target }): Step => ({
        kind: 'exec',
        title: `enable ${path.basename(place)} (put back the link ${place})`,
        command: cmd`mkdir -p ${path.dirname(place)} && ln -s ${target} ${place}`,
      })),
    ...masks
      .filter(({ isMasked }) => isMasked)
      .map(({ unit }): Step => ({
        ...removeStep(path.join('/etc/systemd/system', unit)),
        title: `unmask ${unit}`,
      })),
  ];
}

function linkWarnings({ links }: SavedSwap): readonly string[] {
  return links
    .filter(({ now }) => now === 'other')
    .map(({ path: place }) => `${place} has been replaced by somebody else, and stays`);
}

/** What was on, and is not. A device in memory is gone after a boot, and comes by its unit. */
function devicePart({ devices, links, masks }: SavedSwap, on: readonly string[]): Part {
  const units = masks.map(({ unit }) => unit);
  const services = links
    .map(({ path: place }) => path.basename(place))
    .filter((name) => name.endsWith('.service'));
  const off = devices.filter(({ device }) => !on.includes(device));
  const withUnit = off.filter(({ device }) => units.includes(unitOf(device)));
  const others = off.filter(({ device }) => !units.includes(unitOf(device)));
  const gone = others.filter(({ isThere }) => !isThere);
  const started = [...withUnit.map(({ device }) => unitOf(device)), ...(gone.length > 0 ? services : [])];
  return {
    steps: [
      ...others.filter(({ isThere }) => isThere).map(swaponStep),
      ...started.map((unit): Step => ({
        kind: 'exec',
        title: `start ${unit}`,
        command: cmd`systemctl restart ${unit}`,
      })),
    ],
    warnings:
      services.length > 0 ? [] : gone.map(({ device }) => `${device}, which was swap before us, is gone`),
  };
}

/** As systemd calls the unit of a device with a plain name. */
function unitOf(device: string): string {
  return `${device.slice(1).replaceAll('/', '-')}.swap`;
}

function swaponStep({ device, priority }: SavedSwap['devices'][number]): Step {
  const flags = priority < 0 ? [] : ['-p', String(priority)];
  return {
    kind: 'exec',
    title: `switch on the swap on ${device} again`,
    command: cmd`swapon ${[...flags, device]}`,
  };
}
