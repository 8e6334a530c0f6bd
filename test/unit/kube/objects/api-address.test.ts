// Addresses as old API servers take them.
import { expect, it } from 'vitest';
import { apiAddress } from '../../../../src/kube/objects/api-address.ts';

it.each([
  ['10.77.0.101', '10.77.0.101'],
  ['010.077.000.101', '10.77.0.101'],
  ['0.0.0.0', '0.0.0.0'],
  ['::ffff:10.77.0.101', '10.77.0.101'],
  ['::FFFF:0a4d:65', '10.77.0.101'],
  ['0:0:0:0:0:ffff:0a4d:0065', '10.77.0.101'],
  ['FD00:96::0:A', 'fd00:96::a'],
  ['fd00::ffff:1', 'fd00::ffff:1'],
  ['::ffff:nonsense', '::ffff:nonsense'],
  ['fe80::ffff:1%eth0', 'fe80::ffff:1%eth0'],
  ['01.example', '01.example'],
  ['', ''],
])('%s is %s', (text, address) => {
  expect(apiAddress(text)).toBe(address);
});
