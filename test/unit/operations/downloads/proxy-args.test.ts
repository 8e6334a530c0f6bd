// A proxy's text lands in files that root's shell reads: nothing in it may mean something there.
import { expect, it } from 'vitest';
import { downloadsArg } from '../../../../src/operations/downloads/proxy-args.ts';

it.each(['http://proxy.example:3128', 'http://100.67.151.3:3128', 'http://[fd00::3]:3128'])(
  'takes %s',
  (proxy) => {
    expect(downloadsArg.safeParse({ proxy }).success).toBe(true);
  },
);

it.each([
  'http://$(reboot):3128',
  'http://%24(reboot):3128',
  'http://a;b:3128',
  'http://a&b:3128',
  'http://{a,b}:3128',
  'http://`reboot`:3128',
  'http://proxy.example:3128/$(reboot)/..',
])('refuses %s', (proxy) => {
  expect(downloadsArg.safeParse({ proxy }).success).toBe(false);
});

it.each(['$(reboot)', 'a;b', 'a,b'])('refuses to go past it to %s', (host) => {
  const downloads = { proxy: 'http://proxy.example:3128', noProxy: [host] };
  expect(downloadsArg.safeParse(downloads).success).toBe(false);
});
