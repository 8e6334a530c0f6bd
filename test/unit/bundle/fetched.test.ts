// The directory in which a bundle is made: nothing of one that somebody else has made is removed on his word.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Fetched } from '../../../src/bundle/make/fetched.ts';

let home: string;
let directory: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fetched-'));
  directory = join(home, 'bundle');
  mkdirSync(join(directory, 'bin'), { recursive: true });
  writeFileSync(join(home, 'letter'), 'x');
  writeFileSync(join(directory, 'bin/kubelet'), 'x');
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const wanted = { kubernetesVersion: 'v1.37.2', architecture: 'amd64' } as const;
const entry = (path: string) => ({ kind: 'binary', name: 'kubelet', path, sha256: '0'.repeat(64), size: 1 });

function write(name: string, content: unknown): void {
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function manifest(...paths: readonly string[]) {
  const images = { imageRepository: 'r.example', pauseImage: 'r.example/pause:3.2', clusterDns: false };
  return { format: 1, ...wanted, ...images, files: paths.map(entry) };
}

it('removes what is not wanted any more', async () => {
  write('manifest.json', manifest('bin/kubelet'));
  const fetched = await Fetched.open(directory, wanted);
  await fetched.finish([]);
  expect(existsSync(join(directory, 'bin/kubelet'))).toBe(false);
});

it.each([
  ['leads out of it', manifest('bin/kubelet', '../letter')],
  ['is no JSON', '{'],
  ['is of another format', { ...manifest('bin/kubelet'), format: 2 }],
])('refuses a directory whose manifest %s, also with a list of what was fetched', async (_what, content) => {
  write('manifest.json', content);
  write('fetched.json', [entry('bin/kubelet')]);
  const before = readFileSync(join(directory, 'manifest.json'));
  await expect(
    Fetched.open(directory, wanted).then(async (fetched) => {
      await fetched.begin(['manifest.json']);
      await fetched.finish([]);
    }),
  ).rejects.toMatchObject({ code: 'bundle.invalid' });
  expect(readFileSync(join(directory, 'manifest.json'))).toEqual(before);
  expect(existsSync(join(directory, 'bin/kubelet'))).toBe(true);
  expect(existsSync(join(home, 'letter'))).toBe(true);
});

it('takes no list of what was fetched that leads out of the directory', async () => {
  write('manifest.json', manifest('bin/kubelet'));
  write('fetched.json', [entry('../letter')]);
  await (await Fetched.open(directory, wanted)).finish([]);
  expect(existsSync(join(home, 'letter'))).toBe(true);
});

it.each([
  ['a directory', 'bin', '..'],
  ['a file that is to be written', 'images', '../images-elsewhere'],
  ['what is in no list', 'more/deep', '../../letter'],
])('refuses a directory in which %s is a link that leads out of it', async (_what, name, target) => {
  rmSync(join(directory, 'bin'), { recursive: true });
  mkdirSync(join(directory, 'more'));
  symlinkSync(target, join(directory, name));
  write('manifest.json', manifest('bin/letter'));
  await expect(Fetched.open(directory, wanted)).rejects.toMatchObject({
    code: 'bundle.invalid',
    detail: `${name}: is a link that leads out of it`,
  });
  expect(existsSync(join(home, 'letter'))).toBe(true);
});

it('takes a link that stays in it', async () => {
  symlinkSync('bin', join(directory, 'programs'));
  write('manifest.json', manifest('programs/kubelet'));
  await (await Fetched.open(directory, wanted)).finish([]);
  expect(existsSync(join(directory, 'bin/kubelet'))).toBe(false);
});
