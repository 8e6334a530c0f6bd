// A file that is gone shows in no time of modification: the mark in its place must be asked for wherever containerd restarts.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { proxyFiles, removedMark } from '../../../../src/platform/download-proxy.ts';

it.each(['install-kubernetes', 'uninstall'])('%s restarts containerd after the proxy has gone', (name) => {
  const text = readFileSync(new URL(`../../../../playbooks/${name}.yaml`, import.meta.url), 'utf8');
  const watched = text.slice(text.indexOf('restartWhenNewer:')).split('\n  - name:')[0] ?? '';
  for (const path of [proxyFiles.environment, proxyFiles.containerd, removedMark]) {
    expect(watched).toMatch(new RegExp(`- ${path}$`, 'm'));
  }
});
