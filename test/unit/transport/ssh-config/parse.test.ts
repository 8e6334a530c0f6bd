// ssh_config, line by line.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/transport/ssh-config/parse.ts';

describe('parseConfig', () => {
  it.each([
    ['Port 22', 'port', ['22']],
    ['  hOsTnAmE\tname  ', 'hostname', ['name']],
    ['User=me', 'user', ['me']],
    ['User = me', 'user', ['me']],
    ['Host a b !c', 'host', ['a', 'b', '!c']],
    ['IdentityFile "a b"', 'identityfile', ['a b']],
    ["IdentityFile 'a b' # mine", 'identityfile', ['a b']],
    ['IdentityFile a\\ b', 'identityfile', ['a b']],
    ['IdentityFile "a\\"b"', 'identityfile', ['a"b']],
    ['IdentityFile ~/"my keys"/id', 'identityfile', ['~/my keys/id']],
    ['Match host a,b user=me', 'match', ['host', 'a,b', 'user=me']],
    ['Port 22\r', 'port', ['22']],
  ])('reads %j', (line, keyword, args) => {
    expect(parseConfig(`# a comment\n\n${line}\n`, 'f')).toEqual([{ file: 'f', line: 3, keyword, args }]);
  });

  it.each([
    ['Port', 'the line "Port" gives no value'],
    ['Port # 22', 'the line "Port # 22" gives no value'],
    ['IdentityFile "a', 'a quote is not closed'],
    ["IdentityFile a'b", 'a quote is not closed'],
  ])('refuses %j', (line, message) => {
    expect(() => parseConfig(`\n${line}`, 'f')).toThrow(
      expect.objectContaining({ code: 'connect.config', message, where: { file: 'f', line: 2, column: 1 } }),
    );
  });
});
