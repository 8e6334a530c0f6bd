// API endpoints in all their spellings.
import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../src/core/ip.ts';
import { parseEndpoint } from '../../../../src/inventory/schema/endpoint.ts';

describe('parseEndpoint', () => {
  it.each([
    ['api.example.org', 'api.example.org:6443'],
    ['API.example.org:443', 'api.example.org:443'],
    ['10.0.0.1', '10.0.0.1:6443'],
    ['10.0.0.1:16443', '10.0.0.1:16443'],
    ['fd00::1', '[fd00::1]:6443'],
    ['FD00:0::1', '[fd00::1]:6443'],
    ['[fd00::1]', '[fd00::1]:6443'],
    ['[fd00::1]:443', '[fd00::1]:443'],
    ['lb', 'lb:6443'],
  ])('reads %s', (text, written) => {
    const { host, port } = parseEndpoint(text) ?? expect.fail('was not read');
    expect(formatEndpoint(host, port)).toBe(written);
  });

  it.each([
    '',
    ':6443',
    'lb:',
    'lb:0',
    'lb:65536',
    'lb:6443:1',
    '10.0.0',
    '10.0.0.256',
    'https://lb',
    'a b',
    'a_b',
    '[lb]:1',
    '[10.0.0.1',
    'lb/x',
    'lb\n',
  ])('refuses %j', (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});
