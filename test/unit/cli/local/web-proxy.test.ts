// Which proxy is used for what is fetched: the one that the user has set for all programs.
import { expect, it } from 'vitest';
import { webProxy } from '../../../../src/cli/local/web-proxy.ts';

it.each([
  ['nothing is set', {}, {}],
  ['it is set to nothing', { https_proxy: ' ', no_proxy: 'a' }, {}],
  ['it is for http alone', { http_proxy: 'http://proxy.example:3128' }, {}],
  [
    'it is set',
    { https_proxy: 'http://user:word@proxy.example:3128', no_proxy: 'mirror.example, 10.0.0.0/8 .local' },
    { proxy: 'http://user:word@proxy.example:3128', noProxy: ['mirror.example', '10.0.0.0/8', '.local'] },
  ],
  [
    'it is written in capitals',
    { HTTPS_PROXY: 'http://p.example', NO_PROXY: '*' },
    { proxy: 'http://p.example', noProxy: ['*'] },
  ],
  [
    'its scheme is left out',
    { HTTPS_PROXY: 'proxy.example:3128' },
    { proxy: 'http://proxy.example:3128', noProxy: [] },
  ],
])('when %s', (_, environment, expected) => {
  expect(webProxy(environment)).toEqual(expected);
});
