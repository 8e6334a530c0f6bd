// Swap that is really on: switched off for good, and put back as it was.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { swapDisabled } from '../../../src/operations/kernel/swap-disabled.ts';
import { swapRestored } from '../../../src/operations/kernel/swap-restored.ts';
import type { Step } from '../../../src/operations/operation.ts';
import { separateHost, type SeparateHost } from '../../support/separate-host.ts';

let host: SeparateHost | undefined;
let directory: string;
let file: string;

const the = (): SeparateHost => {
  if (host === undefined) throw new Error('there is no host');
  return host;
};

/** /proc/swaps is that of the machine: what else is on there stays on. */
const ours = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ title }) => !title.startsWith('switch o') || title.includes(file));

const oursOf = (warnings: readonly string[] | undefined): readonly string[] =>
  (warnings ?? []).filter((warning) => !warning.startsWith('the swap on') || warning.includes(file));

const escaped = (): string => file.replaceAll(' ', '\\040');

const isOn = (): boolean => readFileSync('/proc/swaps', 'utf8').includes(escaped());

const read = (path: string): Promise<string> => the().run(`cat ${path}`);

const run = (program: string): void => {
  execFileSync('sh', ['-euc', program, 'sh', directory, file]);
};

beforeEach(async () => {
  directory = mkdtempSync('/var/tmp/ipvs-bootstrap-swap-test-');
  file = join(directory, 'swap file');
  // A file system of its own, as not every one takes swap: overlay does not. Where there is no loop device, that of the machine.
  run(`head -c 16M /dev/zero >"$1.ext4" && mke2fs -q -F -t ext4 "$1.ext4"
mount -o loop "$1.ext4" "$1" 2>/dev/null || :
umask 077; head -c 1M /dev/zero >"$2"; mkswap -q "$2"`);
  host = await separateHost(['systemctl']);
  await host.run(`awk=$(readlink -f /run/bin/awk)
echo 'MemAvailable: 9999999 kB' >/run/meminfo; mount --bind /run/meminfo /proc/meminfo
mount -t tmpfs none /etc
mkdir -p /etc/alternatives /etc/systemd/system/swap.target.wants /run/systemd/generator.late
ln -s "$awk" /etc/alternatives/awk
printf '#!/bin/sh\\necho "$@" >>/run/systemctl\\n' >/usr/local/bin/systemctl; chmod +x /usr/local/bin/systemctl
printf '# disks\\nUUID=1 / ext4 defaults 0 1\\n${escaped().replaceAll('\\', '\\\\')}\\tnone swap sw 0 0\\n\\n/dev/later none swap noauto' >/etc/fstab
chmod 640 /etc/fstab
ln -s ../a.swap /etc/systemd/system/swap.target.wants/a.swap; touch /etc/systemd/system/a.swap
touch '/run/systemd/generator.late/dev-disk-by\\x2ddiskseq-1\\x2dpart3.swap'`);
  run('swapon -p 7 "$2"');
});
afterEach(async () => {
  try {
    if (isOn()) run('swapoff "$2"');
  } finally {
    await host?.stop();
    host = undefined;
    run('if mountpoint -q "$1"; then umount "$1"; fi');
    rmSync(directory, { recursive: true });
    rmSync(`${directory}.ext4`);
  }
});

it('is off for good, and comes back byte for byte', async () => {
  const before = await read('/etc/fstab');
  const first = await the().plan(swapDisabled, {});
  expect(first.problems).toBeUndefined();
  expect(oursOf(first.warnings)).toEqual([]);
  await the().apply(ours(first.steps));
  expect(isOn()).toBe(false);
  expect(await read('/etc/fstab')).toBe(before.replace(/^(.*none swap sw 0 0)$/m, '# ipvs-bootstrap: $1'));
  expect(await read('/etc/fstab.ipvs-bootstrap-backup')).toBe(before);
  expect(await the().run('readlink /etc/systemd/system/swap.target')).toBe('/dev/null\n');
  expect(ours((await the().plan(swapDisabled, {})).steps)).toEqual([]);

  const back = await the().plan(swapRestored, {});
  expect(back.warnings).toEqual([]);
  await the().apply(ours(back.steps));
  expect(await read('/etc/fstab')).toBe(before);
  expect(
    await the().run('stat -c %a /etc/fstab; readlink /etc/systemd/system/swap.target.wants/a.swap; ls /etc'),
  ).toBe('640\n../a.swap\nalternatives\nfstab\nsystemd\n');
  expect(await the().run('ls /etc/systemd/system /var/lib/ipvs-bootstrap')).toBe(
    '/etc/systemd/system:\na.swap\nswap.target.wants\n\n/var/lib/ipvs-bootstrap:\n',
  );
  expect(isOn()).toBe(true);
  const row = readFileSync('/proc/swaps', 'utf8')
    .split('\n')
    .find((line) => line.includes(directory));
  expect(row?.trim().split(/\s+/).at(-1)).toBe('7');
  expect(await read('/run/systemctl')).toBe('daemon-reload\ndaemon-reload\n');
  expect((await the().plan(swapRestored, {})).steps).toEqual([]);
});

it('keeps what somebody has changed in the meantime', async () => {
  await the().apply(ours((await the().plan(swapDisabled, {})).steps));
  await the().run(`echo '# mine' >/etc/fstab; ln -s elsewhere /etc/systemd/system/swap.target.wants/a.swap`);
  const back = await the().plan(swapRestored, {});
  expect(back.warnings).toEqual([
    `/etc/fstab has been changed since, and stays: this line is not put back: ${escaped()}\tnone swap sw 0 0`,
    '/etc/fstab is not as it was before us, which /etc/fstab.ipvs-bootstrap-backup keeps',
    '/etc/systemd/system/swap.target.wants/a.swap has been replaced by somebody else, and stays',
  ]);
  await the().apply(ours(back.steps));
  expect(await read('/etc/fstab')).toBe('# mine\n');
  expect(isOn()).toBe(true);
});

it('leaves alone what holds something else by now, and does not stop at it', async () => {
  await the().apply(ours((await the().plan(swapDisabled, {})).steps));
  const out = await read('/etc/fstab');
  const early = await the().plan(swapRestored, {});
  run('mke2fs -q -F "$2"');
  const back = await the().plan(swapRestored, {});
  expect(back.warnings).toEqual([
    `what this line of /etc/fstab names is swap no more: it is not put back: ${escaped()}\tnone swap sw 0 0`,
    '/etc/fstab is not as it was before us, which /etc/fstab.ipvs-bootstrap-backup keeps',
    `${file}, which was swap before us, holds something else now, and stays`,
  ]);
  await the().apply(ours(early.steps).filter(({ title }) => title.startsWith('switch on')));
  await the().apply(ours(back.steps));
  expect(await read('/etc/fstab')).toBe(out);
  expect(isOn()).toBe(false);
  expect((await the().plan(swapRestored, {})).steps).toEqual([]);
});

it('writes no table back that is no UTF-8', async () => {
  await the().run(`printf '# Andr\\351\\n' >>/etc/fstab`);
  const { steps, problems } = await the().plan(swapDisabled, {});
  expect(steps).toEqual([]);
  expect(problems?.map(({ message }) => message)).toEqual([
    '/etc/fstab:5 is no UTF-8: the file cannot be written without damage to this line',
  ]);
});

it('tells swap that nothing known has brought', async () => {
  await the().run(': >/etc/fstab');
  expect(oursOf((await the().plan(swapDisabled, {})).warnings)).toEqual([
    `the swap on ${file} is switched off, but may come back at the next boot: nothing that is known brings it`,
  ]);
});
