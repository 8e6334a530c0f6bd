// Requests from this machine by the built program: who answers, by turns or not, or no way there at all.
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCliWorld, type CliWorld } from '../../support/cli-world.ts';
import { recordedRun, tail, type RunRecord } from '../../support/program.ts';

let world: CliWorld;
const servers: (Server | TcpServer)[] = [];

beforeAll(async () => {
  world = await startCliWorld();
});

afterAll(async () => {
  for (const server of servers) server.close();
  await world.stop();
});

/** A web server that answers by the names of pods; gives its port. */
async function serve(podOf: (request: number) => string): Promise<number> {
  let requests = 0;
  const server = createServer((_, answer) => answer.end(`${podOf(requests++)}\n`));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

async function ask(name: string, port: number, more: object = {}): Promise<RunRecord> {
  const target = { namespace: 'user-a-ns', service: 'nginx', address: '127.0.0.1', port, replicas: 2 };
  const task = {
    name: 'Ask from here',
    op: 'traffic.answered',
    on: 'controller',
    with: {
      host: '${{ host.name }}',
      targets: [{ ...target, deployment: 'nginx' }],
      scheduler: 'rr',
      rounds: 2,
      ...more,
    },
  };
  return recordedRun('run', world.playbook(name, [task]), '-i', world.inventory(name));
}

it('is content with pods that take turns', async () => {
  const port = await serve((request) => `nginx-${request % 2}`);
  const run = await ask('turns', port);
  expect(run.exitCode, tail(run)).toBe(0);
  const [rows] = run.events.flatMap((event) => (event.type === 'report' ? [event.rows] : []));
  expect(rows).toEqual([
    {
      from: 'controller',
      address: `127.0.0.1:${port}`,
      service: 'user-a-ns/nginx',
      answers: 'nginx-0 ×6, nginx-1 ×6',
    },
  ]);
});

it('exits with 7 when one pod gets everything, and says so as data', async () => {
  const run = await ask('one-pod', await serve(() => 'nginx-0'));
  expect(run.exitCode, tail(run)).toBe(7);
  const [problem] = run.events.filter((event) => event.type === 'problem');
  expect(problem).toMatchObject({
    code: 'verify.drift',
    host: 'controller',
    data: {
      kind: 'traffic.uneven',
      node: 'controller',
      protocol: 'TCP',
      owner: { namespace: 'user-a-ns', name: 'nginx' },
      answers: { 'nginx-0': 6 },
      scheduler: 'rr',
    },
  });
});

it('takes a server for alive that speaks no HTTP, and warns', async () => {
  const server = createTcpServer((socket) => socket.on('data', () => socket.end('-ERR unknown command\r\n')));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const run = await ask('no-http', (server.address() as AddressInfo).port);
  expect(run.exitCode, tail(run)).toBe(0);
  const warnings = run.events.flatMap((event) => (event.type === 'task.warning' ? [event.message] : []));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^user-a-ns\/nginx took every connection from controller and spoke no HTTP/);
});

it('only warns when it reaches neither the address nor any node', async () => {
  const server = await serve(() => 'nginx-0');
  servers.at(-1)?.close();
  // TEST-NET-1 of RFC 5737: nobody is there.
  const run = await ask('no-way', server, { reach: ['192.0.2.201'], seconds: 1 });
  expect(run.exitCode, tail(run)).toBe(0);
  const warnings = run.events.flatMap((event) => (event.type === 'task.warning' ? [event.message] : []));
  expect(warnings[0]).toContain(
    "controller has no way into the nodes' network (no connection to 192.0.2.201)",
  );
});
