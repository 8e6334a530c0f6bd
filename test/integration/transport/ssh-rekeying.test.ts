// An sshd that wants new keys after each megabyte, while more than a hundred are sent.
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cmd } from '../../../src/core/command.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import { startSshd } from '../../support/sshd.ts';

const megabytes = 110;

it('a large file arrives whole through a hundred exchanges of keys, and the shell answers behind it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekeying-'));
  const localPath = join(folder, 'sent');
  const hash = createHash('sha256');
  const file = openSync(localPath, 'w');
  for (let index = 0; index < megabytes; index += 1) {
    const block = Buffer.alloc(1024 * 1024, `block ${index} `);
    writeSync(file, block);
    hash.update(block);
  }
  closeSync(file);
  const sshd = await startSshd({ config: ['RekeyLimit 1M 1m', 'LogLevel DEBUG'] });
  const host = await openSshHost(sshd.target(), sshd.environment);
  try {
    const path = join(folder, 'arrived');
    await host.upload({ localPath, path, mode: 0o600 });
    const { stdout } = await host.run({
      command: cmd`sha256sum <${path}; grep -c 'rekeying in progress\\|SSH2_MSG_NEWKEYS received' ${join(sshd.directory, 'log')}`,
    });
    const [sum, exchanges] = stdout.split('\n');
    expect(sum).toBe(`${hash.digest('hex')}  -`);
    expect(Number(exchanges)).toBeGreaterThan(50);
  } finally {
    await host.close();
    await sshd.stop();
    rmSync(folder, { recursive: true });
  }
});
