// Which lines of ssh_config count for a host.
import { describe, expect, it } from 'vitest';
import { lookUp, type ConfigQuery } from '../../../../src/transport/ssh-config/look-up.ts';
import { parseConfig } from '../../../../src/transport/ssh-config/parse.ts';

function values(text: string, query: Partial<ConfigQuery> = {}) {
  const asked = { names: ['node1', '10.0.0.1'], user: undefined, localUser: 'me', ...query } as const;
  const { lines, warnings } = lookUp([parseConfig(text, 'f')], asked);
  const found = [...lines].map(([keyword, each]) => [keyword, each.map(({ args }) => args.join(' '))]);
  return {
    found: Object.fromEntries(found) as Record<string, string[]>,
    warnings: warnings.map(({ message }) => message),
  };
}

/** Whether a block that begins with this line counts. */
function applies(header: string, query: Partial<ConfigQuery> = {}, before = ''): boolean {
  return values(`${before}\n${header}\n  Port 1`, query).found['port'] !== undefined;
}

describe('lookUp', () => {
  it('takes the first value of a keyword, and all identity files', () => {
    const text = 'User a\nIdentityFile x\nHost node1\n User b\n IdentityFile y\n Port 1\nHost *\n Port 2';
    expect(values(text).found).toEqual({ user: ['a'], identityfile: ['x', 'y'], port: ['1'] });
  });

  it.each([
    ['Host node1', true],
    ['Host 10.0.0.*', true],
    ['Host node?', true],
    ['Host *', true],
    ['Host node2 node1', true],
    ['Host Node1', false],
    ['Host node', false],
    ['Host * !node1', false],
    ['Host * !10.0.*', false],
    ['Host !node2', false],
    ['Match all', true],
    ['Match host node1', true],
    ['Match host=node1', true],
    ['Match HOST node1', true],
    ['Match host node2,10.0.0.1', true],
    ['Match !host node1', false],
    ['Match !host node2', true],
    ['Match originalhost node1 user me', true],
    ['Match originalhost node1 user you', false],
    ['Match localuser me', true],
    ['Match host node1,!10.*', false],
    ['Match canonical', false],
  ])('%s: %s', (header, expected) => {
    expect(applies(header)).toBe(expected);
  });

  it('compares Match host with the HostName that was read before', () => {
    const before = 'HostName %h.example.org';
    expect(applies('Match host node1.example.org', {}, before)).toBe(true);
    expect(applies('Match host node1', {}, before)).toBe(false);
    expect(applies('Match originalhost node1', {}, before)).toBe(true);
  });

  it('compares Match user with the user of the inventory, of the file, or our own', () => {
    expect(applies('Match user root', { user: 'root' })).toBe(true);
    expect(applies('Match user root', {}, 'User root')).toBe(true);
    expect(applies('Match user me')).toBe(true);
  });

  it.each(['exec "touch /tmp/x"', 'final', 'tagged x', 'localnetwork 10.0.0.0/8'])(
    'leaves out a block of Match %s, and says so',
    (criterion) => {
      expect(applies(`Match ${criterion}`)).toBe(false);
      expect(values(`Match ${criterion}\nPort 1`).warnings).toEqual([
        `"Match ${criterion.split(' ')[0] ?? ''}" is not supported: the block is left out`,
      ]);
    },
  );

  it('says nothing of such a block that would not count anyway', () => {
    expect(values('Match host node2 exec true\nPort 1').warnings).toEqual([]);
  });

  it('refuses a Match that it does not know', () => {
    expect(() => values('Match colour red')).toThrow('Match does not know "colour"');
    expect(() => values('Match host')).toThrow('"Match host" lacks its pattern');
  });
});
