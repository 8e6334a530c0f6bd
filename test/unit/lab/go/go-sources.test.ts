// Where modules come from.
import { expect, it } from 'vitest';
import { proxiesOnly, withoutLogins } from '../../../../src/lab/go/go-sources.ts';

it.each([
  ['https://proxy.example,direct', 'https://proxy.example'],
  ['https://a.example|https://direct.example,direct', 'https://a.example|https://direct.example'],
  ['direct,https://a.example', 'https://a.example'],
  ['file:///srv/modules', 'file:///srv/modules'],
])('are proxies only, as the sources themselves take git and an hour: %s', (list, expected) => {
  expect(proxiesOnly(list)).toBe(expected);
});

it.each(['direct', 'off', ''])('are what the user says when that names no proxy: "%s"', (list) => {
  expect(proxiesOnly(list)).toBe(list);
});

it('are told without logins, and paths of modules are none', () => {
  expect(withoutLogins('https://a:443/x/@v/list: 404\nGOPROXY=https://u:p@a:443,https://t0k@b|direct')).toBe(
    'https://a:443/x/@v/list: 404\nGOPROXY=https://********@a:443,https://********@b|direct',
  );
});
