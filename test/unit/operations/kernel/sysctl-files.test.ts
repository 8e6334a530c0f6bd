// Files of kernel settings: ours, and those that people wrote.
import { expect, it } from 'vitest';
import { formatRecord, parseSettings } from '../../../../src/operations/kernel/sysctl-files.ts';

it('reads what sysctl.d allows', () => {
  const text =
    '# comment\n; comment\n\nnet.ipv4.ip_forward = 1\n-net/ipv4/conf/eth0.5/rp_filter=2\nvm.x =1  2\t3\n';
  expect([...parseSettings(text)]).toEqual([
    ['/proc/sys/net/ipv4/ip_forward', '1'],
    ['/proc/sys/net/ipv4/conf/eth0.5/rp_filter', '2'],
    ['/proc/sys/vm/x', '1 2 3'],
  ]);
});

it('reads back the record it writes', () => {
  const settings = new Map([['/proc/sys/net/ipv4/ip_forward', '0']]);
  expect(parseSettings(formatRecord(settings))).toEqual(settings);
});
