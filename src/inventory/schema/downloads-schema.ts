// How hosts reach what they download: by a proxy, and what goes past it.
import { z } from 'zod';
import { isPlainHost, parseCidr, parseIp } from '../../core/ip.ts';
import { login } from './login-schema.ts';
import { about, cidr, plainHostHint, text, type Complaint } from './scalars.ts';

const proxyRule = 'must be a URL such as http://proxy.example:3128';

const proxy = text('a URL that starts with http://', (value): Complaint | undefined => {
  const url = /^[a-z][a-z0-9+.-]*:\/\/[\w.\-:[\]@~%!$&'()*+,;=/?#]+$/i.test(value) && URL.canParse(value);
  if (!url || value.length > 2048) return { rule: proxyRule };
  const { protocol, username, password } = new URL(value);
  if (username !== '' || password !== '') {
    return {
      rule: 'must be a URL without a name and a password in it',
      hint: 'Write the login beside it: login: { user: …, password: { env: NAME } }.',
    };
  }
  if (protocol !== 'http:') {
    return { rule: proxyRule, hint: 'A proxy is spoken to by http, and https goes through it as a whole.' };
  }
  return complainOfAddress(value);
});

function complainOfAddress(value: string): Complaint | undefined {
  const { hostname, pathname, search, hash, port } = new URL(value);
  if (!['', '/'].includes(pathname) || search !== '' || hash !== '') {
    return { rule: proxyRule, hint: 'Leave out what comes after the port.' };
  }
  if (port === '' && !/:80\/?$/.test(value)) {
    return { rule: proxyRule, hint: 'The port is missing; programs do not agree on one.' };
  }
  // It is written to files of the hosts as it stands, which a shell reads.
  const written = /^http:\/\/([^/]+):\d+\/?$/i.exec(value)?.[1] ?? '';
  const isPlain = isPlainHost(hostname) && isPlainHost(written);
  return isPlain ? undefined : { rule: proxyRule, hint: plainHostHint };
}

const name = /^\.?[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*$/i;

const directly = text('a name, an address or a CIDR', (value) => {
  if (value.includes('/') && parseCidr(value) !== undefined) {
    const found = cidr.safeParse(value);
    return found.success ? undefined : { rule: found.error.issues[0]?.message ?? '' };
  }
  if (parseIp(value) !== undefined || (name.test(value) && value.length <= 255)) return undefined;
  const rule = 'must be a host name, .DOMAIN, an address or a CIDR';
  return { rule, hint: directlyHint(value) };
});

function directlyHint(value: string): string | undefined {
  if (value === '*') return 'If nothing is to go through the proxy, leave it out.';
  if (value.startsWith('*.')) return `Write ${value.slice(1)} for all names below that.`;
  if (/[,\s]/.test(value)) return 'Write each as an item of its own.';
  if (/^https?:/.test(value)) return 'Leave out the "https://" and what follows the name.';
  if (/^[^:]+:\d+$/.test(value)) return 'Leave out the port: all of that host goes past the proxy.';
  return undefined;
}

export const downloads = z
  .strictObject({
    proxy: proxy.meta(
      about(
        'The proxy through which hosts get packages and container images, as http://HOST:PORT. Nothing else uses it.',
      ),
    ),
    login: login('at the proxy').optional().meta(about('Login at the proxy.')),
    noProxy: z
      .array(directly)
      .default([])
      .meta({
        title: 'a list of names, addresses and CIDRs',
        ...about(
          'What hosts reach without it: a name means all names below it, too. All of the cluster itself is there already.',
        ),
      }),
  })
  .meta({ title: 'a map with proxy' });
