// No swap, now and after every boot.
import path from 'node:path/posix';
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { backupPath } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { bootSwap, type BootSwap } from '../../facts/host/boot-swap.ts';
import { swapInUse, type SwapDevice, type SwapInUse } from '../../facts/host/swap.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, type Problem, type Step } from '../operation.ts';
import { readUnitsStep } from '../systemd/unit-steps.ts';
import {
  commentOut,
  formatSwapRecord,
  fstab,
  parseSwapRecord,
  strangeLine,
  swapRecord,
} from './swap-record.ts';

const swapoffTimeoutMs = 20 * 60_000;

/** The kubelet evicts pods when less is available. – pkg/kubelet/eviction/defaults_linux.go */
const spareKiB = 100 * 1024;

export const swapDisabled = defineOperation({
  name: 'swap.disabled',
  summary:
    'Switches swap off, now and for every boot: lines of /etc/fstab become comments, units that were enabled are not any more, those that are made at boot are masked, and with fstab and partition types also swap.target. Files and partitions with swap stay as they are. Remembers all of it for `swap.restored`.',
  args: z.strictObject({}),
  example: `
- name: Switch swap off for good
  op: swap.disabled
`,
  needs: () => [
    { query: ask(swapInUse) },
    { query: ask(bootSwap) },
    { query: ask(textFile, { path: fstab }) },
    { query: ask(textFile, { path: swapRecord }) },
  ],
  plan(_wanted, facts) {
    const inUse = facts.get(ask(swapInUse));
    const atBoot = facts.get(ask(bootSwap)).map(placed);
    const table = facts.get(ask(textFile, { path: fstab }));
    const numbers = new Set(atBoot.flatMap(({ line }) => (line === undefined ? [] : [line])));
    const problems = [
      ...memoryProblems(inUse),
      ...strangeProblems(atBoot),
      ...(numbers.size > 0 ? tableProblems(table) : []),
    ];
    if (problems.length > 0) return { steps: [], problems };
    const units = atBoot.filter((one) => one.line === undefined && !isByType(one));
    // First: once fstab has no swap any more nothing would tell that the target is still to be masked.
    const target = numbers.size > 0 || atBoot.some(isByType) ? [swapTarget] : [];
    const record = facts.get(ask(textFile, { path: swapRecord }))?.text;
    return {
      warnings: strangerWarnings(inUse, atBoot),
      steps: [
        ...recordSteps(record, [
          ...inUse.devices.map(({ priority, device }) => `on\t${priority}\t${device}`),
          ...[...numbers].map((number) => `fstab\t${table?.text.split('\n')[number - 1] ?? ''}`),
          ...[...target, ...units].map(unitLine),
        ]),
        ...target.map(unitStep),
        ...tableSteps(table, numbers),
        ...units.map(unitStep),
        ...(atBoot.length > 0 ? [readUnitsStep] : []),
        ...inUse.devices.map(swapoffStep),
      ],
    };
  },
});

interface Placed extends BootSwap {
  /** Of /etc/fstab. */
  readonly line?: number;
}

function placed(found: BootSwap): Placed {
  const line = /^\/etc\/fstab:(\d+)$/.exec(found.place)?.[1];
  return line === undefined ? found : { ...found, line: Number(line) };
}

/** Everything that is swapped out goes back into memory; what finds no room there is killed. */
function memoryProblems({ devices, availableKiB }: SwapInUse): readonly Problem[] {
  const usedKiB = devices.reduce((sum, one) => sum + one.usedKiB, 0);
  if (usedKiB === 0 || usedKiB + spareKiB <= availableKiB) return [];
  const [used, available] = [usedKiB, availableKiB].map((kib) => Math.ceil(kib / 1024));
  return [
    {
      message: `${used} MiB are swapped out, and only ${available} MiB of memory are available: swap cannot be switched off`,
      hint: 'Stop what needs the memory, or give the host more.',
      data: { usedKiB, availableKiB },
    },
  ];
}

/**
 * From systemd 254 on the unit of a partition that is found by its type is named by the disk's number of this boot. And none is
 * looked for while fstab has swap: without its lines there may be one at the next boot. So nothing is to want any of them.
 * – src/gpt-auto-generator
 */
const swapTarget: Placed = { place: '/run/systemd/generator.late/swap.target', what: 'swap.target' };

/** Whether systemd has found a partition by its type. */
function isByType({ place }: BootSwap): boolean {
  return place.startsWith('/run/systemd/generator.late/');
}

function isGenerated({ place }: BootSwap): boolean {
  return place.startsWith('/run/systemd/');
}

/** A unit is enabled by a link; a file there is somebody's own way. */
function strangeProblems(atBoot: readonly Placed[]): readonly Problem[] {
  return atBoot
    .filter((one) => one.line === undefined && !isGenerated(one) && one.target === undefined)
    .map(({ place, what }) => ({
      message: `swap comes back at the next boot, by ${place} (${what}), which is no link as "systemctl enable" makes it`,
      hint: `Take it away yourself: "systemctl disable ${what}", or move the file.`,
    }));
}

/** What is written back is text: another byte would become U+FFFD. */
function tableProblems(table: TextFile | null): readonly Problem[] {
  const line = strangeLine(table?.text ?? '');
  if (line === undefined) return [];
  return [
    {
      message: `${fstab}:${line} is no UTF-8: the file cannot be written without damage to this line`,
      hint: `Write the line in UTF-8, by its octal escapes ("\\351") or without that letter; or take swap out of ${fstab} yourself.`,
    },
  ];
}

function strangerWarnings({ devices }: SwapInUse, atBoot: readonly Placed[]): readonly string[] {
  return devices
    .filter(({ device }) => !atBoot.some((one) => brings(one, device)))
    .map(
      ({ device }) =>
        `the swap on ${device} is switched off, but may come back at the next boot: nothing that is known brings it`,
    );
}

/** Of the services two kinds are known: those for memory, and one for a file. */
function brings({ what, device }: Placed, one: string): boolean {
  if (!what.endsWith('.service')) return device === one;
  return what.startsWith('zram') ? one.startsWith('/dev/zram') : !one.startsWith('/dev/');
}

function unitLine(found: Placed): string {
  return isGenerated(found) ? `mask\t${found.what}` : `link\t${found.place}\t${found.target ?? ''}`;
}

/** What the record has already is older and stays. */
function recordSteps(before: string | undefined, found: readonly string[]): readonly Step[] {
  const saved = parseSwapRecord(before ?? '');
  const deviceOf = (line: string): string | undefined => /^on\t-?\d+\t(.*)$/.exec(line)?.[1];
  const devices = saved.map(deviceOf);
  const added = found.filter((line) => {
    const device = deviceOf(line);
    return device === undefined ? !saved.includes(line) : !devices.includes(device);
  });
  if (added.length === 0) return [];
  return [
    {
      kind: 'write',
      title: `note the present swap in ${swapRecord}`,
      path: swapRecord,
      content: formatSwapRecord([...saved, ...added]),
      mode: 0o644,
      before,
    },
  ];
}

function tableSteps(table: TextFile | null, numbers: ReadonlySet<number>): readonly Step[] {
  if (table === null || numbers.size === 0) return [];
  const [lines, word] = [[...numbers].join(', '), numbers.size === 1 ? 'line' : 'lines'];
  const backup = backupPath(fstab);
  const kept = table.hasBackup ? '' : `, keeping the old file as ${backup}`;
  return [
    {
      kind: 'write',
      title: `put swap in ${fstab} out of use (${word} ${lines})${kept}`,
      path: fstab,
      content: commentOut(table.text, numbers),
      mode: table.mode,
      before: table.text,
      backup: table.hasBackup ? undefined : backup,
    },
  ];
}

function unitStep(found: Placed): Step {
  const { place, what } = found;
  if (!isGenerated(found))
    return { ...removeStep(place), title: `disable ${what} (remove the link ${place})` };
  const mask = path.join('/etc/systemd/system', what);
  return { kind: 'exec', title: `mask ${what}`, command: cmd`ln -s /dev/null ${mask}` };
}

function swapoffStep({ device, usedKiB }: SwapDevice): Step {
  const used = usedKiB === 0 ? '' : `, ${Math.ceil(usedKiB / 1024)} MiB of which go back into memory`;
  return {
    kind: 'exec',
    title: `switch off the swap on ${device}${used}`,
    command: cmd`swapoff ${device}`,
    timeoutMs: swapoffTimeoutMs,
  };
}
