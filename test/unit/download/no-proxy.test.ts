import { expect, it } from 'vitest';
import { goesDirectly } from '../../../src/download/no-proxy.ts';

it.each([
  ['https://mirror.corp/x', '*', true],
  ['https://mirror.corp/x', 'mirror.corp', true],
  ['https://mirror.corp/x', ' Mirror.Corp ', true],
  ['https://mirror.corp/x', 'corp', true],
  ['https://mirror.corp/x', '.corp', true],
  ['https://mirror.corp/x', '*.corp', true],
  ['https://mirror.corp/x', 'or.corp', false],
  ['https://mirror.corp/x', '', false],
  ['https://mirror.corp/x', 'mirror.corp:443', true],
  ['http://mirror.corp/x', 'mirror.corp:443', false],
  ['http://mirror.corp:8080/x', 'mirror.corp:8080', true],
  ['http://10.1.2.3/x', '10.1.2.3', true],
  ['http://10.1.2.3:81/x', '10.1.2.3:80', false],
  ['http://10.1.2.3/x', '10.0.0.0/8', true],
  ['http://11.1.2.3/x', '10.0.0.0/8', false],
  ['http://110.1.2.3/x', '10.1.2.3', false],
  ['http://mirror.corp/x', '10.0.0.0/8', false],
  ['http://[fd00::1]/x', 'fd00:0::1', true],
  ['http://[fd00::1]/x', '[fd00::1]:80', true],
  ['http://[fd00::1]/x', 'fd00::/16', true],
])('%s beside no_proxy=%s goes directly: %s', (url, entry, expected) => {
  expect(goesDirectly(new URL(url), ['other.example', entry])).toBe(expected);
});
