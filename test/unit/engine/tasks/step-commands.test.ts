// The programs of writing, removing and uploading in real shells, on real files.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostRequest } from '../../../../src/core/host.ts';
import { Secret } from '../../../../src/core/secret.ts';
import {
  installRequest,
  prepareRequest,
  stepRequest,
  temporaryPath,
} from '../../../../src/engine/tasks/step-commands.ts';
import type { UploadStep, WriteStep } from '../../../../src/operations/operation.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'steps-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (...names: readonly string[]) => path.join(folder, ...names);
const write = (file: string, more: Partial<WriteStep> = {}): WriteStep => ({
  kind: 'write',
  title: 'write it',
  path: file,
  content: 'new\n',
  mode: 0o640,
  ...more,
});

describe.each(['sh', 'bash'])('in %s', (shell) => {
  const run = ({ command, stdin = '' }: HostRequest, input: string | Uint8Array = stdin as Uint8Array) =>
    spawnSync(shell, ['-c', command.text], { input, encoding: 'utf8' });

  it('writes a file with its mode, making directories, and leaves nothing else', () => {
    const file = at('a b', "it's", 'x.conf');
    expect(run(stepRequest(write(file)))).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('new\n');
    expect(statSync(file).mode & 0o7777).toBe(0o640);
    expect(readdirSync(path.dirname(file))).toEqual(['x.conf']);
  });

  it('replaces a file, whatever its mode was', () => {
    writeFileSync(at('f'), 'old');
    chmodSync(at('f'), 0o400);
    expect(run(stepRequest(write(at('f')))).status).toBe(0);
    expect(readFileSync(at('f'), 'utf8')).toBe('new\n');
  });

  it('replaces a link and not what it points to', () => {
    writeFileSync(at('target'), 'precious');
    symlinkSync(at('target'), at('link'));
    expect(run(stepRequest(write(at('link')))).status).toBe(0);
    expect(lstatSync(at('link')).isFile()).toBe(true);
    expect(readFileSync(at('target'), 'utf8')).toBe('precious');
  });

  it('keeps a foreign file once', () => {
    writeFileSync(at('f'), 'foreign');
    const step = write(at('f'), { backup: at('f.backup') });
    expect(run(stepRequest(step)).status).toBe(0);
    expect(run(stepRequest({ ...step, content: 'newer\n' })).status).toBe(0);
    expect(readFileSync(at('f.backup'), 'utf8')).toBe('foreign');
    expect(readFileSync(at('f'), 'utf8')).toBe('newer\n');
  });

  it.each([
    ['ends with an error', 'return 1'],
    ['is killed', 'kill -9 $$'],
  ])('keeps a foreign file whole, also after a copy that %s', (_how, end) => {
    writeFileSync(at('f'), 'foreign');
    const { command, stdin = '' } = stepRequest(write(at('f'), { backup: at('f.backup') }));
    const torn = `cp() { for to; do :; done; printf for >"$to"; ${end}; }\n${command.text}`;
    expect(spawnSync(shell, ['-c', torn], { input: stdin as Uint8Array }).status).not.toBe(0);
    expect(readFileSync(at('f'), 'utf8')).toBe('foreign');
    expect(run({ command, stdin }).status).toBe(0);
    expect(readFileSync(at('f.backup'), 'utf8')).toBe('foreign');
    expect(readdirSync(folder)).toEqual(['f', 'f.backup']);
  });

  it('leaves nothing of a copy that failed', () => {
    writeFileSync(at('f'), 'foreign');
    const { command, stdin = '' } = stepRequest(write(at('f'), { backup: at('f.backup') }));
    const torn = `cp() { for to; do :; done; printf for >"$to"; return 1; }\n${command.text}`;
    expect(spawnSync(shell, ['-c', torn], { input: stdin as Uint8Array }).status).toBe(1);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('does not touch the file when the content arrives incomplete', () => {
    writeFileSync(at('f'), 'old');
    const result = run(stepRequest(write(at('f'))), 'ne');
    expect(result).toMatchObject({ status: 1, stderr: 'the content arrived incomplete\n' });
    expect(readFileSync(at('f'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('refuses a directory in the way', () => {
    mkdirSync(at('d'));
    const result = run(stepRequest(write(at('d'))));
    expect(result).toMatchObject({ status: 1, stderr: `${at('d')} is a directory\n` });
    expect(readdirSync(at('d'))).toEqual([]);
  });

  it('overwrites what an interrupted run left', () => {
    writeFileSync(temporaryPath(at('f')), 'half');
    expect(run(stepRequest(write(at('f')))).status).toBe(0);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('writes empty files and bytes as they are', () => {
    expect(run(stepRequest(write(at('empty'), { content: '' }))).status).toBe(0);
    expect(readFileSync(at('empty'), 'utf8')).toBe('');
    const odd = 'tab\tü\r\n\\n $HOME `id` no newline';
    expect(run(stepRequest(write(at('odd'), { content: new Secret(odd, 'odd') }))).status).toBe(0);
    expect(readFileSync(at('odd'), 'utf8')).toBe(odd);
  });

  it('removes a file, and finds nothing wrong when it is gone', () => {
    writeFileSync(at('f'), 'x');
    const step = { kind: 'remove', title: 'remove it', path: at('f') } as const;
    expect(run(stepRequest(step)).status).toBe(0);
    expect(run(stepRequest(step)).status).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses to remove a directory', () => {
    mkdirSync(at('d'));
    expect(run(stepRequest({ kind: 'remove', title: 'remove it', path: at('d') })).status).not.toBe(0);
  });

  it('installs an upload when its checksum is right, and only then', () => {
    const step: UploadStep = {
      kind: 'upload',
      title: 'send it',
      localPath: '/nowhere',
      path: at('bin', 'kubeadm'),
      mode: 0o755,
      sha256: createHash('sha256').update('binary').digest('hex'),
      size: 6,
    };
    expect(run(prepareRequest(step)).status).toBe(0);
    writeFileSync(temporaryPath(step.path), 'binarx');
    expect(run(installRequest(step))).toMatchObject({ status: 1, stderr: 'the file arrived damaged\n' });
    expect(readdirSync(at('bin'))).toEqual([]);
    writeFileSync(temporaryPath(step.path), 'binary');
    expect(run(installRequest(step)).status).toBe(0);
    expect(statSync(step.path).mode & 0o7777).toBe(0o755);
    expect(readdirSync(at('bin'))).toEqual(['kubeadm']);
  });

  it('keeps a foreign file beside an upload, once and only when that is whole', () => {
    const step: UploadStep = {
      kind: 'upload',
      title: 'send it',
      localPath: '/nowhere',
      path: at('kubeadm'),
      mode: 0o755,
      sha256: createHash('sha256').update('binary').digest('hex'),
      size: 6,
      backup: at('kubeadm.backup'),
    };
    writeFileSync(step.path, 'foreign');
    writeFileSync(temporaryPath(step.path), 'binarx');
    expect(run(installRequest(step)).status).toBe(1);
    expect(readdirSync(folder)).toEqual(['kubeadm']);
    for (const _time of [1, 2]) {
      writeFileSync(temporaryPath(step.path), 'binary');
      expect(run(installRequest(step)).status).toBe(0);
    }
    expect(readFileSync(step.path, 'utf8')).toBe('binary');
    expect(readFileSync(at('kubeadm.backup'), 'utf8')).toBe('foreign');
  });
});

it('the request of a secret file does not show it', () => {
  const { command } = stepRequest(write('/etc/x', { content: new Secret('hush', 'x') }));
  expect(command.text).not.toContain('hush');
});

it('temporary files are hidden and beside their files', () => {
  expect(temporaryPath('/etc/sysctl.d/90-x.conf')).toBe('/etc/sysctl.d/.90-x.conf.ipvs-bootstrap-new');
});
