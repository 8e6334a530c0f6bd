// The smallest image there can be, put into a registry as its HTTP API wants it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RegistryLogin } from './registry.ts';

interface Target {
  readonly url: string;
  readonly login?: RegistryLogin;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** Gives the digest of its manifest. */
export async function pushImage(
  target: Target,
  repository: string,
  tag: string,
  text: string,
  architecture = 'amd64',
): Promise<string> {
  const tar = layer(text);
  const packed = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(tar)] },
    }),
  );
  for (const blob of [packed, config]) await putBlob(target, repository, blob);
  const describe = (mediaType: string, blob: Buffer): object => ({
    mediaType,
    digest: digest(blob),
    size: blob.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: describe('application/vnd.oci.image.config.v1+json', config),
      layers: [describe('application/vnd.oci.image.layer.v1.tar+gzip', packed)],
    }),
  );
  await send(target, 'PUT', `/v2/${repository}/manifests/${tag}`, manifest, manifestType);
  return digest(manifest);
}

async function putBlob(target: Target, repository: string, blob: Buffer): Promise<void> {
  const place = await send(target, 'POST', `/v2/${repository}/blobs/uploads/`, Buffer.alloc(0));
  const url = new URL(place, target.url);
  url.searchParams.set('digest', digest(blob));
  await send(target, 'PUT', `${url.pathname}${url.search}`, blob, 'application/octet-stream');
}

/** Gives where the answer says that the thing is. */
async function send(
  { url, login }: Target,
  method: string,
  path: string,
  body: Buffer,
  contentType?: string,
): Promise<string> {
  const options: RequestOptions = {
    method,
    // Its certificate is what the test is about, not this.
    rejectUnauthorized: false,
    agent: false,
    headers: {
      'content-length': body.length,
      ...(contentType !== undefined && { 'content-type': contentType }),
    },
    ...(login && { auth: `${login.user}:${login.password}` }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), options, (response) => {
      response.resume();
      response.once('end', () => {
        const { statusCode = 0, headers } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(headers.location ?? '');
        else reject(new Error(`${method} ${path}: ${statusCode}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** A layer as a tar file, byte for byte the same for the same text. */
function layer(text: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'layer-'));
  try {
    writeFileSync(join(directory, 'text'), text);
    const same = ['--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=0644'];
    return execFileSync('tar', ['-C', directory, ...same, '-cf', '-', 'text']);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function digest(blob: Buffer): string {
  return `sha256:${createHash('sha256').update(blob).digest('hex')}`;
}
