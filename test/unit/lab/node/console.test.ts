// The end of a node's console, as it is shown when the node does not come up.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { consoleTail } from '../../../../src/lab/node/console.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'console-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('has the last lines without colours', async () => {
  const path = join(directory, 'log');
  await writeFile(path, 'one\r\n[\u001b[0;32m  OK  \u001b[0m] two\r\nthree\r\n');
  expect(await consoleTail(path, 2)).toBe('[  OK  ] two\nthree');
});

it('leaves out what a dying kernel says about its stack', async () => {
  const path = join(directory, 'log');
  await writeFile(
    path,
    'Kernel panic: no disk\nStack:\n 606944ba 607e7fcd 9208bce0\n [<606931e5>] panic+0x197\n',
  );
  expect(await consoleTail(path)).toBe('Kernel panic: no disk\nStack:');
});

it('is empty when there is no log', async () => {
  expect(await consoleTail(join(directory, 'none'))).toBe('');
});
