// Which Kubernetes a lab gets where nobody has said it, and what is told of the choice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { goCommand } from '../../../src/lab/go/go-command.ts';
import { withGoWorkspace } from '../../../src/lab/go/workspace.ts';
import { labKubernetes } from '../../../src/lab/kubernetes-choice.ts';

vi.mock('../../../src/lab/go/go-command.ts');
vi.mock('../../../src/lab/go/workspace.ts', async (original) => ({
  ...(await original<object>()),
  withGoWorkspace: vi.fn(),
}));

let directory: string;
const request = { name: 'lab', controlPlanes: 1, workers: 1 };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubernetes-choice-'));
  vi.stubEnv('XDG_CACHE_HOME', directory);
  vi.stubEnv('XDG_STATE_HOME', directory);
  vi.mocked(goCommand).mockResolvedValue({ program: 'go', version: '1.26.8' });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetAllMocks();
  rmSync(directory, { recursive: true });
});

const said: string[] = [];
const choice = async (signal = new AbortController().signal) =>
  labKubernetes(request, (line) => said.push(line), signal);
const failed = (message: string) => new BootstrapError('lab.failed', message);

it('is the newest where the proxy has it', async () => {
  expect(await choice()).toEqual({ version: 'v1.37.2' });
});

it('says what it is at', async () => {
  said.length = 0;
  vi.mocked(goCommand).mockImplementation(async ({ report }) => {
    report('unpacking the Go compiler');
    return { program: 'go', version: '1.24.4' };
  });
  await choice();
  expect(said).toEqual(['unpacking the Go compiler', 'asking the Go module proxy']);
});

it('is the one that Debian has, with the reason, where the proxy cannot be reached', async () => {
  vi.mocked(withGoWorkspace).mockRejectedValue(failed('it cannot be fetched from the Go module proxy'));
  expect(await choice()).toEqual({
    version: 'v1.20.2',
    reason:
      'The lab is made with v1.20.2, which Debian has, as it cannot be fetched from the Go module proxy.',
  });
});

it('is that one as well where no Go compiler can be had, which is another reason', async () => {
  vi.mocked(goCommand).mockRejectedValue(failed('the mirror has no trixie'));
  expect(await choice()).toEqual({
    version: 'v1.20.2',
    reason:
      'The lab is made with v1.20.2, which Debian has, as a Go compiler cannot be had: the mirror has no trixie.',
  });
});

it('is none after Ctrl-C', async () => {
  const stop = new AbortController();
  vi.mocked(goCommand).mockImplementation(() => {
    stop.abort();
    return Promise.reject(failed('go failed (signal SIGTERM)'));
  });
  await expect(choice(stop.signal)).rejects.toMatchObject({ code: 'interrupted' });
});
