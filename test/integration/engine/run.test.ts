// The engine over a real shell: files appear, and a second run is one flight.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Host, HostConnector } from '../../../src/core/host.ts';
import type { RunEvent } from '../../../src/engine/events/events.ts';
import { run } from '../../../src/engine/run.ts';
import { filePresent } from '../../../src/operations/files/file-present.ts';
import type { BoundPhase } from '../../../src/playbook/task.ts';
import { openLocalHost } from '../../../src/transport/local-host.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'run-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const contents = ["it's\n", '$HOME `id` "x"\n', ''];
const phases: readonly BoundPhase[] = [
  {
    name: 'files',
    title: 'Write files',
    tasks: contents.map((content, index) => ({
      name: `Write file ${index}`,
      operation: filePresent,
      serial: false,
      waitMs: 0,
      hosts: [
        {
          host: 'n1',
          args: filePresent.args.parse({ path: path.join(folder, 'sub', `f ${index}`), content }),
        },
      ],
    })),
  },
];

async function up(): Promise<{ exitCode: number; events: readonly RunEvent[]; host: Host }> {
  const hosts: Host[] = [];
  const connector: HostConnector = {
    connect: async (name) => {
      const host = await openLocalHost({ name, become: false });
      hosts.push(host);
      return host;
    },
  };
  const events: RunEvent[] = [];
  const { exitCode } = await run(
    { command: 'up', cluster: 'lab', hosts: ['n1'], phases },
    { mode: 'apply', connector, sink: (event) => events.push(event) },
  );
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) throw new Error('there must be one connection');
  return { exitCode, events, host };
}

it('writes what is asked for, and the second run leaves it alone after one flight', async () => {
  const first = await up();
  expect(first.exitCode).toBe(0);
  expect(contents.map((_, index) => readFileSync(path.join(folder, 'sub', `f ${index}`), 'utf8'))).toEqual(
    contents,
  );
  expect(readdirSync(path.join(folder, 'sub'))).toHaveLength(contents.length);

  const times = () => contents.map((_, index) => statSync(path.join(folder, 'sub', `f ${index}`)).mtimeMs);
  const before = times();
  const second = await up();
  expect(second.events.filter(({ type }) => type === 'step.started')).toEqual([]);
  expect(second.host.statistics()).toMatchObject({ connections: 1, roundTrips: 1 });
  expect(times()).toEqual(before);
});
