// Swap as it was before us.
import path from 'node:path/posix';
import { z } from 'zod';
import { cmd, type Command } from '../../core/command.ts';
import { backupPath } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { savedSwap, swapInUse, type SavedSwap } from '../../facts/host/swap.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, unchanged, type Step } from '../operation.ts';
import { readUnitsStep } from '../systemd/unit-steps.ts';
import { fstab, putBack, strangeLine, swapRecord } from './swap-record.ts';

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
    { query: ask(textFile, { path: backupPath(fstab) }) },
    { query: ask(textFile, { path: swapRecord }) },
  ],
  plan(_wanted, facts) {
    if (facts.get(ask(textFile, { path: swapRecord })) === null) return unchanged;
    const saved = facts.get(ask(savedSwap, { record: swapRecord }));
    const { devices } = facts.get(ask(swapInUse));
    const table = tablePart(
      facts.get(ask(textFile, { path: fstab })),
      facts.get(ask(textFile, { path: backupPath(fstab) })),
      saved,
    );
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

function tablePart(table: TextFile | null, backup: TextFile | null, saved: SavedSwap): Part {
  const stale = saved.lines.filter((line) => isStale(line, saved)).map(({ text }) => text);
  const staleWarnings = stale.map(
    (line) => `what this line of ${fstab} names is swap no more: it is not put back: ${line}`,
  );
  const wanted = saved.lines.map(({ text }) => text).filter((line) => !stale.includes(line));
  const back = putBack(table?.text ?? '', wanted);
  const missing = back.missing.map(
    (line) => `${fstab} has been changed since, and stays: this line is not put back: ${line}`,
  );
  if (table === null || back.text === table.text) {
    const { steps, warnings } = backupPart(table?.text, backup);
    return { steps, warnings: [...missing, ...staleWarnings, ...warnings] };
  }
  const strange = strangeLine(table.text);
  if (strange !== undefined) {
    const where = `${fstab}:${strange} is no UTF-8, and the file stays`;
    const lines = wanted.map((line) => `${where}: this line is not put back: ${line}`);
    return { steps: [], warnings: [...lines, ...staleWarnings] };
  }
  const step: Step = {
    kind: 'write',
    title: `put swap in ${fstab} back into use`,
    path: fstab,
    content: back.text,
    mode: table.mode,
    before: table.text,
  };
  const { steps, warnings } = backupPart(back.text, backup);
  return { steps: [step, ...steps], warnings: [...missing, ...staleWarnings, ...warnings] };
}

/** A UUID that nothing has belongs to what holds something else now, if there is such a device. */
function isStale({ text, now }: SavedSwap['lines'][number], { devices }: SavedSwap): boolean {
  if (now !== 'absent') return now === 'other';
  return /^\s*(PART)?(UUID|LABEL)=/.test(text) && devices.some((one) => one.now === 'other');
}

/** The backup goes when the file is as it was; what else somebody did to the file is theirs to compare. */
function backupPart(text: string | undefined, backup: TextFile | null): Part {
  const kept = backupPath(fstab);
  if (backup === null) return { steps: [], warnings: [] };
  if (backup.text === text) return { steps: [removeStep(kept)], warnings: [] };
  return { steps: [], warnings: [`${fstab} is not as it was before us, which ${kept} keeps`] };
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
  const gone = others.filter(({ now }) => now === 'absent');
  const started = [...withUnit.map(({ device }) => unitOf(device)), ...(gone.length > 0 ? services : [])];
  return {
    steps: [...others.filter(({ now }) => now === 'same').map(swaponStep), ...started.map(startStep)],
    warnings: [
      ...others
        .filter(({ now }) => now === 'other')
        .map(({ device }) => `${device}, which was swap before us, holds something else now, and stays`),
      ...(services.length > 0
        ? []
        : gone.map(({ device }) => `${device}, which was swap before us, is gone`)),
    ],
  };
}

/** As systemd calls the unit of a device with a plain name. */
function unitOf(device: string): string {
  return `${device.slice(1).replaceAll('/', '-')}.swap`;
}

function startStep(unit: string): Step {
  const command = cmd`systemctl restart ${unit}`;
  return { kind: 'exec', title: `start ${unit}, if it can be`, command: tolerant(command) };
}

function swaponStep({ device, priority }: SavedSwap['devices'][number]): Step {
  const flags = priority < 0 ? [] : ['-p', String(priority)];
  const command = cmd`swapon ${[...flags, device]}`;
  return {
    kind: 'exec',
    title: `switch on the swap on ${device} again, if it can be`,
    command: tolerant(command),
  };
}

/** A host whose swap does not come on is no reason to keep all else that is ours on it. */
function tolerant(command: Command): Command {
  return cmd`${command} || :`;
}
