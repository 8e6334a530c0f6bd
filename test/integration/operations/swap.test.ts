// Swap that is really on: switched off for good, and put back as it was.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { swapDisabled } from '../../../src/operations/kernel/swap-disabled.ts';
import { swapRestored } from '../../../src/operations/kernel/swap-restored.ts';
import type { Step } from '../../../src/operations/operation.ts';
import { separateHost, type SeparateHost } from '../../support/separate-host.ts';

let host: SeparateHost;
let directory: string;
let file: string;

/** /proc/swaps is that of the machine: what else is on there stays on. */
const ours = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ title }) => !title.startsWith('switch off the swap on') || title.includes(file));

const isOn = (): boolean => readFileSync('/proc/swaps', 'utf8').includes(file.replaceAll(' ', '\\040'));

const read = (path: string): Promise<string> => host.run(`cat ${path}`);

beforeEach(async () => {
  directory = mkdtempSync('/var/tmp/swap-test-');
  file = join(directory, 'swap file');
  execFileSync('sh', ['-c', 'umask 077 && head -c 1M /dev/zero >"$1" && mkswap -q "$1"', 'sh', file]);
  host = await separateHost(['systemctl']);
  await host.run(`awk=$(readlink -f /run/bin/awk)
mount -t tmpfs none /etc
mkdir -p /etc/alternatives /etc/systemd/system/swap.target.wants /run/systemd/generator.late
ln -s "$awk" /etc/alternatives/awk
printf '#!/bin/sh\\necho "$@" >>/run/systemctl\\n' >/usr/local/bin/systemctl; chmod +x /usr/local/bin/systemctl
printf '# disks\\nUUID=1 / ext4 defaults 0 1\\n${file.replaceAll(' ', '\\\\040')}\\tnone swap sw 0 0\\n\\n/dev/later none swap noauto' >/etc/fstab
chmod 640 /etc/fstab
ln -s ../a.swap /etc/systemd/system/swap.target.wants/a.swap; touch /etc/systemd/system/a.swap
touch /run/systemd/generator.late/dev-sda3.swap`);
  execFileSync('swapon', ['-p', '7', file]);
});
afterEach(async () => {
  await host.stop();
  if (isOn()) execFileSync('swapoff', [file]);
  rmSync(directory, { recursive: true });
});

it('is off for good, and comes back byte for byte', async () => {
  const before = await read('/etc/fstab');
  const first = await host.plan(swapDisabled, {});
  expect(first.problems).toBeUndefined();
  await host.apply(ours(first.steps));
  expect(isOn()).toBe(false);
  expect(await read('/etc/fstab')).toBe(before.replace(/^(.*none swap sw 0 0)$/m, '# ipvs-bootstrap: $1'));
  expect(await host.run('readlink /etc/systemd/system/dev-sda3.swap')).toBe('/dev/null\n');
  expect(ours((await host.plan(swapDisabled, {})).steps)).toEqual([]);

  const back = await host.plan(swapRestored, {});
  expect(back.warnings).toEqual([]);
  await host.apply(back.steps.filter(({ title }) => !title.includes('switch on') || title.includes(file)));
  expect(await read('/etc/fstab')).toBe(before);
  expect(await host.run('stat -c %a /etc/fstab; readlink /etc/systemd/system/swap.target.wants/a.swap')).toBe(
    '640\n../a.swap\n',
  );
  expect(await host.run('ls /etc/systemd/system /var/lib/ipvs-bootstrap')).toBe(
    '/etc/systemd/system:\na.swap\nswap.target.wants\n\n/var/lib/ipvs-bootstrap:\n',
  );
  expect(isOn()).toBe(true);
  const row = readFileSync('/proc/swaps', 'utf8')
    .split('\n')
    .find((line) => line.includes(directory));
  expect(row?.trim().split(/\s+/).at(-1)).toBe('7');
  expect(await read('/run/systemctl')).toBe('daemon-reload\ndaemon-reload\n');
  expect((await host.plan(swapRestored, {})).steps).toEqual([]);
});

it('keeps what somebody has changed in the meantime', async () => {
  await host.apply(ours((await host.plan(swapDisabled, {})).steps));
  await host.run(`echo '# mine' >/etc/fstab; ln -s elsewhere /etc/systemd/system/swap.target.wants/a.swap`);
  const back = await host.plan(swapRestored, {});
  expect(back.warnings).toEqual([
    `/etc/fstab has been changed since, and stays: this line is not put back: ${file.replaceAll(' ', '\\040')}\tnone swap sw 0 0`,
    '/etc/systemd/system/swap.target.wants/a.swap has been replaced by somebody else, and stays',
  ]);
  await host.apply(back.steps);
  expect(await read('/etc/fstab')).toBe('# mine\n');
  expect(isOn()).toBe(true);
});
