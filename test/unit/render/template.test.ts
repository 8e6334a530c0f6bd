// Templates are strict, cached, cannot print a secret by accident and cannot leave their directory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { renderTemplate, Templates } from '../../../src/render/template.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'templates-'));
const templates = new Templates(directory);
const password = new Secret('pa<ss>', 'VRRP password');

beforeAll(() => {
  const files: Record<string, string> = {
    list: '{% for m in modules %}{{ m }}\n{% endfor %}',
    condition: '{% if vip != nil %}vip {{ vip }}{% else %}none{% endif %}',
    password: 'auth_pass {{ auth.password }}\n',
    filter: '{{ a | bogus }}',
    broken: 'line\n{% for %}',
    escape: "{% render '../outside' %}",
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(directory, `${name}.liquid`), text);
  }
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('render', () => {
  it('fills in values', () => {
    expect(templates.render('list', { modules: ['ip_vs', 'ip_vs_rr'] })).toBe('ip_vs\nip_vs_rr\n');
    expect(templates.render('condition', { vip: null })).toBe('none');
  });

  it.each([
    ['list', {}, 'undefined variable: modules'],
    ['condition', {}, 'undefined variable: vip'],
    ['filter', { a: 1 }, 'undefined filter: bogus'],
    ['broken', {}, 'line:2'],
    ['absent', {}, 'absent'],
    ['escape', {}, 'outside'],
    ['password', { auth: { password } }, 'VRRP password must go through renderSecretTemplate'],
  ])('refuses %s %j', (name, values, reason) => {
    expect(() => templates.render(name, values)).toThrow(reason);
  });
});

describe('renderSecret', () => {
  it('gives a secret that contains the value, unescaped', () => {
    const text = templates.renderSecret('password', { auth: { password } }, 'keepalived.conf');
    expect(text.reveal()).toBe('auth_pass pa<ss>\n');
    expect(String(text)).not.toContain('pa<ss>');
  });
});

it('looks for shipped templates in the package', () => {
  expect(() => renderTemplate('no-such-template', {})).toThrow('no-such-template');
});
