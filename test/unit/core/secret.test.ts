import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { contentBytes, hideLogins, Redactor, Secret } from '../../../src/core/secret.ts';

const secret = new Secret('hunter2hunter2', 'password');

describe('a secret', () => {
  it('shows a mask wherever it is printed', () => {
    const shown = [
      ['', secret].join(''),
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true }),
      String(secret),
    ];
    for (const text of shown) expect(text).not.toContain('hunter2');
  });

  it('gives its value to the wire only', () => {
    expect(contentBytes(secret).toString()).toBe('hunter2hunter2');
  });
});

describe('the redactor', () => {
  it('masks every known value', () => {
    const redactor = new Redactor();
    redactor.add(secret);
    expect(redactor.redact('a hunter2hunter2 b hunter2hunter2')).toBe('a ******** b ********');
  });

  it('leaves no end of a secret that begins like another one', () => {
    const redactor = new Redactor();
    redactor.add(new Secret('hunter2', 'short'));
    redactor.add(secret);
    expect(redactor.redact('hunter2hunter2, hunter2')).toBe('********, ********');
  });

  it('knows values as Kubernetes writes them', () => {
    const redactor = new Redactor();
    redactor.add(secret);
    expect(redactor.redact('password: aHVudGVyMmh1bnRlcjI=')).toBe('password: ********');
  });
});

it.each([
  ['see https://me:s3cret@host/x', 'see https://********@host/x'],
  ['https://t0ken@host, http://host:80/x', 'https://********@host, http://host:80/x'],
  ['https://me:s3c@r/et@host', 'https://********@host'],
  ['me@host and https://host/@v/list', 'me@host and https://host/@v/list'],
])('logins in URLs are hidden: %s', (text, shown) => {
  expect(hideLogins(text)).toBe(shown);
});
