// The pattern by which a node tells whether its kernel balances an address, tried with grep itself.
import { execaSync } from 'execa';
import { expect, it } from 'vitest';
import { virtualServerPattern } from '../../../../src/operations/external-ips/virtual-server-pattern.ts';

/** As the kernel prints it. */
const table = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A4D0065:0050 rr
  -> 0AF40102:0050      Masq    1      0          0
TCP  [fd00:0077:0000:0000:0000:0000:0000:0101]:0050 rr
FWM  00000001 rr
`;

function isFound(address: string): boolean {
  return (
    execaSync('grep', ['-q', '-e', virtualServerPattern(address)], { input: table, reject: false })
      .exitCode === 0
  );
}

it.each([
  ['10.77.0.101', true],
  ['10.77.0.102', false],
  ['10.244.1.2', false],
  ['fd00:77::101', true],
  ['fd00:77::102', false],
  ['0.0.0.1', false],
])('finds %s: %s', (address, expected) => {
  expect(isFound(address)).toBe(expected);
});
