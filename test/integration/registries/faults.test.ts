// A real containerd and a real registry, and between them a way that damages what it brings.
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { containerdConfigured } from '../../../src/operations/software/containerd-configured.ts';
import { pullCommand } from '../../../src/operations/software/pull-command.ts';
import { registriesConfigured } from '../../../src/operations/software/registries-configured.ts';
import { containerdHost, type ContainerdHost } from '../../support/containerd.ts';
import { startRegistry, type Registry } from '../../support/registry.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { serve, type WebServer } from '../../support/web-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'registry-faults-'));
let certificates: Certificates;
let registry: Registry;
let way: WebServer;
let host: ContainerdHost;
/** What becomes of a layer; undefined for a connection that ends in its middle. */
let change: (layer: Buffer) => Buffer | undefined;
let pauseMs = 0;
let pushed = 0;

beforeAll(async () => {
  certificates = makeCertificates(directory);
  registry = await startRegistry({ keys: certificates.good });
  way = await serve(passOn, certificates.good);
  host = await containerdHost('of Debian', { sleep: '#!/bin/sh\necho "$1" >>/run/slept\n' });
  const name = way.url.replace('https://', '');
  const own = { name, mirrors: [], mirrorsOnly: false, ca: certificates.ca, login: null };
  await host.apply(await host.plan(registriesConfigured, { registries: [own] }));
  await host.apply(
    await host.plan(containerdConfigured, { pauseImage: `${name}/pause:1`, registries: [own] }),
  );
  await host.restart();
}, 5 * 60_000);

afterAll(async () => {
  await host.stop();
  await way.close();
  await registry.stop();
  rmSync(directory, { recursive: true });
});

const passOn: RequestListener = ({ method, url = '/', headers }, response) => {
  const { accept } = headers;
  const options = { method, ca: certificates.ca, headers: accept === undefined ? {} : { accept } };
  const asked = httpsRequest(`${registry.url}${url}`, options, (answer) => {
    const pieces: Buffer[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    answer.on('end', () => {
      const content = Buffer.concat(pieces);
      const isLayer =
        answer.headers['content-type'] === 'application/octet-stream' && content.length > 50_000;
      const given = isLayer ? change(content) : content;
      response.writeHead(answer.statusCode ?? 500, {
        ...answer.headers,
        ...(method === 'HEAD' ? {} : { 'content-length': (given ?? content).length }),
      });
      if (given === undefined) response.write(content.subarray(0, 1000), () => response.destroy());
      else setTimeout(() => response.end(given), isLayer ? pauseMs : 0);
    });
  });
  asked.end();
};

/** An image that nobody has pulled yet, with a layer that does not become small. */
async function newImage(): Promise<string> {
  const tag = String(++pushed);
  const text = Array.from({ length: 20_000 }, (_, index) => Math.imul(index + 1, 2654435761 + pushed)).join(
    ' ',
  );
  await registry.push('team/web', tag, text);
  return `${way.url.replace('https://', '')}/team/web:${tag}`;
}

const pull = async (image: string): Promise<void> => {
  await host.run(`rm -f /run/slept; ${pullCommand(image, 'v1').text}`);
};

const images = async () => host.run('ctr -n k8s.io images ls -q');

it.each([
  ['is cut in the middle', () => undefined, /unexpected EOF|connection reset/, '2\n8\n'],
  ['has only a part of it', (layer: Buffer) => layer.subarray(0, 1000), /unexpected EOF/, '2\n8\n'],
  [
    'has other bytes in it',
    (layer: Buffer) => Buffer.concat([layer.subarray(0, -9), Buffer.from('z'), layer.subarray(-8)]),
    /unexpected commit digest sha256:\w+, expected sha256:/,
    '',
  ],
])('a layer that %s is no image, and the next try goes on', async (_, damage, reason, slept) => {
  const image = await newImage();
  change = damage;
  await expect(pull(image)).rejects.toThrow(reason);
  expect(await host.run('cat /run/slept 2>/dev/null || :')).toBe(slept);
  expect(await images()).not.toContain(image);
  change = (layer) => layer;
  await pull(image);
  expect(await images()).toContain(image);
});

it('a registry that is slow is waited for', async () => {
  change = (layer) => layer;
  pauseMs = 3000;
  const image = await newImage();
  await pull(image);
  pauseMs = 0;
  expect(await images()).toContain(image);
});

it('a disk that is full is named, and with more room the next try goes on', async () => {
  const image = await newImage();
  const place = '/var/lib/containerd/io.containerd.content.v1.content/ingest';
  await host.run(`mount -t tmpfs -o size=16k none ${place}`);
  try {
    await expect(pull(image)).rejects.toThrow(/no space left on device/);
    expect(await images()).not.toContain(image);
  } finally {
    await host.run(`umount ${place}`);
  }
  await pull(image);
  expect(await images()).toContain(image);
});
