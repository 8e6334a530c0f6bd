// Many hosts at once, each connected once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmd, script } from '../../../src/core/command.ts';
import { createConnector } from '../../../src/transport/connector.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});

afterAll(async () => {
  await sshd.stop();
});

describe('createConnector', () => {
  it('serves 30 hosts in parallel, with one connection each', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `node${index}`);
    const connector = createConnector({
      targets: names.map((name) => sshd.target({ name, connectTimeoutMs: 50_000 })),
      environment: sshd.environment,
    });
    const answers = await Promise.all(
      names.map(async (name) => {
        const host = await connector.connect(name);
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, index) => host.run({ command: cmd`echo ${name} ${index}` })),
        );
        return { text: results.map(({ stdout }) => stdout).join(''), statistics: host.statistics() };
      }),
    );
    expect(answers).toEqual(
      names.map((name) => ({
        text: Array.from({ length: 10 }, (_, index) => `${name} ${index}\n`).join(''),
        statistics: { connections: 1, requests: 10, roundTrips: 1 },
      })),
    );
    await connector.close();
  });

  it('connects a host once, however often it is asked for', async () => {
    const connector = createConnector({ targets: [sshd.target()], environment: sshd.environment });
    const [one, two] = await Promise.all([connector.connect('node1'), connector.connect('node1')]);
    expect(one).toBe(two);
    expect(await connector.connect('node1')).toBe(one);
    expect(one.statistics().connections).toBe(1);
    await connector.close();
  });

  it('opens a connection apart, which answers while the first is busy, and closes both', async () => {
    const connector = createConnector({ targets: [sshd.target()], environment: sshd.environment });
    const busy = await connector.connect('node1');
    let isDone = false;
    const sleeping = busy.run({ command: script('sleep 60') }).then(() => {
      isDone = true;
    });
    const apart = await connector.connectApart?.('node1');
    const answer = await apart?.run({ command: script('echo apart') });
    expect([answer?.stdout, isDone, apart === busy]).toEqual(['apart\n', false, false]);
    sleeping.catch(() => undefined);
    await connector.close();
    await expect(apart?.run({ command: script('true') })).rejects.toMatchObject({ code: 'connect.lost' });
  });

  it('tries again after a host could not be connected', async () => {
    const wrong = { homeDirectory: '/nowhere', agentSocket: undefined, systemKnownHostsFiles: [] };
    const { knownHostsFiles: _, ...target } = sshd.target();
    const connector = createConnector({ targets: [target], environment: wrong });
    await expect(connector.connect('node1')).rejects.toMatchObject({ code: 'connect.hostKey' });
    await expect(connector.connect('node1')).rejects.toMatchObject({ code: 'connect.hostKey' });
    await connector.close();
  });

  it('knows this machine as "controller"', async () => {
    const connector = createConnector({ targets: [], environment: sshd.environment });
    const host = await connector.connect('controller');
    expect(host.name).toBe('controller');
    expect((await host.run({ command: script('echo $PPID') })).stdout.trim()).toMatch(/^\d+$/);
    await connector.close();
    await expect(host.run({ command: script('true') })).rejects.toMatchObject({ code: 'connect.lost' });
  });

  it('refuses a name that it does not know', async () => {
    const connector = createConnector({ targets: [], environment: sshd.environment });
    await expect(connector.connect('nobody')).rejects.toMatchObject({ code: 'internal' });
  });
});
