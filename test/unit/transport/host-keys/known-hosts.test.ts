// known_hosts, line by line, as sshd(8) describes it.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  checkHostKey,
  hostNames,
  keyFingerprint,
  knownKeyTypes,
  parseKnownHosts,
  type HostKeyVerdict,
} from '../../../../src/transport/host-keys/known-hosts.ts';

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A key that is well formed enough: its type and some bytes. */
function key(type: string, seed: number): Buffer {
  return Buffer.concat([field(Buffer.from(type)), field(Buffer.alloc(32, seed))]);
}

function line(names: string, blob: Buffer, marker = ''): string {
  const type = blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
  return `${marker}${names} ${type} ${blob.toString('base64')} a comment`;
}

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

const ed1 = key('ssh-ed25519', 1);
const ed2 = key('ssh-ed25519', 2);
const rsa = key('ssh-rsa', 3);

function verdict(lines: readonly string[], address: string, port: number, blob: Buffer): HostKeyVerdict {
  return checkHostKey(parseKnownHosts(lines.join('\n'), 'known_hosts'), hostNames(address, port), blob);
}

describe('checkHostKey', () => {
  it.each([
    ['a plain name', 'node1', 'node1', 22],
    ['an address', '10.0.0.1', '10.0.0.1', 22],
    ['an IPv6 address', 'fd00::1', 'fd00::1', 22],
    ['one of several names', 'node1,10.0.0.1', '10.0.0.1', 22],
    ['a port', '[10.0.0.1]:2222', '10.0.0.1', 2222],
    ['a wildcard', '10.0.0.*', '10.0.0.17', 22],
    ['a wildcard with a port', '[*.example.com]:2222', 'a.example.com', 2222],
    ['a question mark', 'node?', 'node7', 22],
    ['upper case', 'Node1', 'nODE1', 22],
    ['a hashed name', hashed('node1'), 'node1', 22],
    ['a hashed name with a port', hashed('[node1]:2222'), 'node1', 2222],
    ['the name without its port, when the key is the same', 'node1', 'node1', 2222],
  ])('knows a host by %s', (_, names, address, port) => {
    expect(verdict([line(names, ed1)], address, port, ed1).verdict).toBe('known');
  });

  it.each([
    ['another name', 'node2', 'node1', 22],
    ['a name that contains it', 'node10', 'node1', 22],
    ['a dot is no wildcard', '10.0.0.1', '10x0x0x1', 22],
    ['a negated name', '10.0.0.*,!10.0.0.9', '10.0.0.9', 22],
    ['a negation alone', '!node2', 'node1', 22],
    ['an entry for another port', '[node1]:2222', 'node1', 22],
    ['a hash of another name', hashed('node2'), 'node1', 22],
    ['a hash of an unknown kind', '|2|c2FsdA==|aGFzaA==', 'node1', 22],
  ])('does not know a host by %s', (_, names, address, port) => {
    expect(verdict([line(names, ed1)], address, port, ed1).verdict).toBe('unknown');
  });

  it('says which lines know another key of the same type', () => {
    const result = verdict(['# keys', line('node1', rsa), line('node1', ed2)], 'node1', 22, ed1);
    expect(result).toMatchObject({ verdict: 'changed', entries: [{ file: 'known_hosts', line: 3 }] });
  });

  it('accepts a key when one of several lines has it', () => {
    expect(verdict([line('node1', ed2), line('node1', ed1)], 'node1', 22, ed1).verdict).toBe('known');
  });

  it('tells a key of another type from a changed one', () => {
    const result = verdict([line('node1', rsa)], 'node1', 22, ed1);
    expect(result).toMatchObject({ verdict: 'otherType', entries: [{ line: 1 }] });
  });

  it('does not call a key changed because of the name without its port', () => {
    expect(verdict([line('node1', ed2)], 'node1', 2222, ed1).verdict).toBe('unknown');
  });

  it('refuses a revoked key even when it is known as well', () => {
    const lines = [line('node1', ed1), line('*', ed1, '@revoked ')];
    expect(verdict(lines, 'node1', 22, ed1)).toMatchObject({ verdict: 'revoked', entries: [{ line: 2 }] });
    expect(verdict(lines, 'node1', 22, ed2).verdict).toBe('changed');
  });

  it('does not take the key of an authority for that of a host, and says that it saw one', () => {
    const result = verdict([line('*.example.com', ed1, '@cert-authority ')], 'a.example.com', 22, ed1);
    expect(result).toMatchObject({ verdict: 'unknown', authorities: [{ line: 1 }] });
  });

  it('leaves out what is no entry', () => {
    const lines = [
      '',
      '# node1',
      'node1',
      'node1 ssh-ed25519',
      'node1 2048 35 1234',
      '@other node1 ssh-rsa AAAA',
      '|',
    ];
    expect(parseKnownHosts(lines.join('\r\n'), 'f')).toEqual([]);
  });
});

describe('knownKeyTypes', () => {
  it('lists each type once, in order', () => {
    const entries = parseKnownHosts(
      [line('node1', rsa), line('node1', ed1), line('node*', ed2), line('other', key('x', 1))].join('\n'),
      'f',
    );
    expect(knownKeyTypes(entries, hostNames('node1', 22))).toEqual(['ssh-rsa', 'ssh-ed25519']);
  });
});

describe('keyFingerprint', () => {
  it('is written as "ssh-keygen -l" writes it', () => {
    expect(keyFingerprint(ed1)).toBe('SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA');
  });
});
