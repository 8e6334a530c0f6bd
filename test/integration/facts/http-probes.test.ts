// The probes that ask by HTTP, run by a real shell against servers on loopback, with each client that is here.
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmd, type Command } from '../../../src/core/command.ts';
import { httpGet } from '../../../src/facts/http-get.ts';
import { trafficAnswers, type TrafficTarget } from '../../../src/facts/network/traffic-answers.ts';
import { tcpConnect } from '../../../src/facts/tcp-connect.ts';

const find = (name: string): string | undefined =>
  ['/usr/bin', '/bin', '/usr/local/bin']
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
const tools = ['sh', 'timeout', 'sed', 'tr', 'cat', 'sleep'];
// bash is on every machine that runs these tests; the others where they are installed.
const clientWords: Readonly<Record<string, RegExp>> = { curl: /^curl: \(7\) /, bash: /refused/ };
const clients = ['curl', 'wget', 'bash'].filter((name) => find(name) !== undefined);

let folder: string;
let ports: {
  readonly alternating: number;
  readonly error: number;
  readonly silent: number;
  readonly closed: number;
  readonly greeting: number;
  readonly refusing: number;
  readonly closing: number;
  readonly everyOther: number;
  readonly echo: number;
  readonly mute: number;
};
/** What came to the UDP server that answers, as hexadecimal digits. */
const received: string[] = [];
const servers: { close(): unknown }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'http-probes-'));
  let asked = 0;
  const alternating = await listen(createServer((_, answer) => answer.end(`pod-${asked++ % 2}\nmore\n`)));
  const error = await listen(createServer((_, answer) => answer.writeHead(503).end('not yet\n')));
  const silent = await speak(() => undefined);
  const greeting = await speak((socket) => socket.write('\x4a\0\0\0\x0a8.0.36\0'));
  const refusing = await speak((socket) => socket.on('data', () => socket.end('-ERR unknown command\r\n')));
  const closing = await speak((socket) => socket.end());
  let connections = 0;
  const page = 'HTTP/1.0 200 OK\r\n\r\npod\n';
  const everyOther = await speak((socket) => {
    connections += 1;
    if (connections % 2 === 0) socket.on('data', () => socket.end(page));
  });
  const echo = await speakUdp((message, answer) => {
    received.push(message.toString('hex'));
    answer();
  });
  const mute = await speakUdp(() => undefined);
  const gone = createTcpServer();
  await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
  const closed = (gone.address() as AddressInfo).port;
  await new Promise((done) => gone.close(done));
  ports = { alternating, error, silent, closed, greeting, refusing, closing, everyOther, echo, mute };
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** A server that speaks as it is told, and does not mind being left. */
async function speak(converse: (socket: Socket) => unknown): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    converse(socket);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

async function speakUdp(converse: (message: Buffer, answer: () => void) => void): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    converse(message, () => {
      socket.send(message, from.port, from.address);
    });
  });
  servers.push(socket);
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  return socket.address().port;
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** Runs a probe by `sh` with a PATH that holds only some programs. */
async function run(
  probe: Command,
  client: string | undefined,
  programs = tools,
  more: Readonly<Record<string, string>> = {},
) {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  for (const name of [...programs, ...(client === undefined ? [] : [client])]) {
    symlinkSync(find(name) ?? name, path.join(bin, name));
  }
  const environment = { PATH: bin, http_proxy: 'http://127.0.0.1:1', ...more };
  return new Promise<{ stdout: string; stderr: string; exitCode: number }>((done) => {
    const child = execFile(path.join(bin, 'sh'), { env: environment }, (error, stdout, stderr) => {
      done({ stdout, stderr, exitCode: error === null ? 0 : Number(error.code) });
    });
    child.stdin?.end(probe.text);
  });
}

const target = (id: string, port: number, requests = 1, by: TrafficTarget['by'] = 'http', what = '/') => ({
  id,
  address: '127.0.0.1',
  port,
  by,
  what,
  requests,
});

describe.each(clients)('asking by %s', (client) => {
  it('tells who answered each request, by new connections and in order', async () => {
    const question = {
      targets: [target('web', ports.alternating, 4)],
      rounds: 1,
      seconds: 5,
      onlyWithIpvs: false,
    };
    const { targets } = trafficAnswers.parse(await run(trafficAnswers.probe(question), client), question);
    const [answers = []] = targets['web']?.rounds ?? [];
    expect(answers.every(({ isAnswered }) => isAnswered)).toBe(true);
    expect(answers.map(({ text }) => text).sort()).toEqual(['pod-0', 'pod-0', 'pod-1', 'pod-1']);
    expect(answers[0]?.text).not.toBe(answers[1]?.text);
    expect(answers[0]?.status).toBe('200');
  });

  it("reads nobody's configuration of the client", async () => {
    const home = mkdtempSync(path.join(folder, 'home-'));
    writeFileSync(path.join(home, '.curlrc'), 'proxy = http://127.0.0.1:1\ninclude\n');
    writeFileSync(
      path.join(home, '.wgetrc'),
      'use_proxy = on\nhttp_proxy = http://127.0.0.1:1\nsave_headers = on\n',
    );
    const systemWide = { SYSTEM_WGETRC: path.join(home, '.wgetrc') };
    const question = {
      targets: [target('web', ports.alternating)],
      rounds: 1,
      seconds: 5,
      onlyWithIpvs: false,
    };
    for (const more of [{ HOME: home }, { HOME: home, ...systemWide }]) {
      const answer = await run(trafficAnswers.probe(question), client, tools, more);
      const found = trafficAnswers.parse(answer, question).targets;
      expect(found['web']?.rounds[0]).toMatchObject([
        { isAnswered: true, text: expect.stringMatching(/^pod-/) as string },
      ]);
    }
  });

  it('goes on past targets that are closed or silent, all at the same time', async () => {
    const targets = [
      target('closed', ports.closed, 9),
      ...Array.from({ length: 20 }, (_, index) => target(`silent-${index}`, ports.silent, 9)),
      target('web', ports.alternating, 9),
    ];
    const question = { targets, rounds: 1, seconds: 3, onlyWithIpvs: false };
    const started = Date.now();
    const found = trafficAnswers.parse(await run(trafficAnswers.probe(question), client), question).targets;
    // One after the other, the silent ones alone would take two minutes.
    expect(Date.now() - started).toBeLessThan(50_000);
    expect(found['closed']?.rounds[0]).toMatchObject([
      { isAnswered: false, status: null },
      { isAnswered: false },
    ]);
    expect(found['silent-4']?.rounds[0]).toMatchObject([{ isAnswered: false }, { isAnswered: false }]);
    expect(found['silent-4']?.rounds[0]?.[0]?.text).not.toBe('');
    expect(found['web']?.rounds[0]).toHaveLength(9);
  });
});

it('asks round after round, and says whether it reaches anything', async () => {
  const place = (port: number) => ({ address: '127.0.0.1', port });
  const ask = async (reach: readonly number[]) => {
    const targets = [target('web', ports.alternating, 2), target('gone', ports.closed, 2)];
    const common = { rounds: 2, seconds: 5, onlyWithIpvs: false };
    const question = { targets, ...common, reach: reach.map(place) };
    return trafficAnswers.parse(await run(trafficAnswers.probe(question), 'bash'), question);
  };
  const reaching = await ask([ports.closed, ports.silent]);
  expect(reaching.isReaching).toBe(true);
  expect(reaching.targets['web']?.rounds.map((answers) => answers.length)).toEqual([2, 2]);
  expect(reaching.targets['gone']?.rounds.map((answers) => answers.length)).toEqual([2, 2]);
  expect((await ask([ports.closed])).isReaching).toBe(false);
});

it.each(clients)('takes an error page for an answer: %s', async (client) => {
  const question = { targets: [target('web', ports.error)], rounds: 1, seconds: 5, onlyWithIpvs: false };
  const { targets } = trafficAnswers.parse(await run(trafficAnswers.probe(question), client), question);
  // wget keeps the page to itself.
  const text = client === 'wget' ? '' : 'not yet';
  expect(targets['web']?.rounds).toEqual([[{ isAnswered: true, status: '503', text }]]);
});

describe.each(clients)('servers that speak no HTTP, asked by %s', (client) => {
  it.each(['greeting', 'refusing', 'closing', 'silent'] as const)(
    'a connection to a %s one is an answer, unless HTTP is asked for',
    async (kind) => {
      const targets = [target('any', ports[kind], 3, 'any'), target('http', ports[kind], 3)];
      // Those that are silent are left after so long; a connection to them takes as long at most.
      const question = { targets, rounds: 1, seconds: 3, onlyWithIpvs: false };
      const programs = [...tools, ...(client === 'wget' ? ['bash'] : [])];
      const found = await run(trafficAnswers.probe(question), client, programs);
      const answers = trafficAnswers.parse(found, question).targets;
      const isAnswered = (id: string) => answers[id]?.rounds[0]?.map((one) => one.isAnswered);
      expect(isAnswered('any'), found.stdout).toEqual([true, true, true]);
      expect(answers['any']?.rounds[0]?.map(({ status }) => status)).toEqual([null, null, null]);
      expect(isAnswered('http')).toEqual([false, false]);
    },
  );

  it('says of a closed port what the client says of it', async () => {
    const targets = [target('any', ports.closed, 3, 'any'), target('tcp', ports.closed, 3, 'tcp')];
    const question = { targets, rounds: 1, seconds: 5, onlyWithIpvs: false };
    const found = trafficAnswers.parse(await run(trafficAnswers.probe(question), client), question).targets;
    expect(found['any']?.rounds[0]?.map(({ isAnswered }) => isAnswered)).toEqual([false, false]);
    expect(found['any']?.rounds[0]?.[0]?.text).toMatch(clientWords[client] ?? /./);
    expect(found['tcp']?.rounds[0]).toMatchObject([
      { isAnswered: false, text: 'no connection' },
      { isAnswered: false },
    ]);
  });
});

it('takes a Service that speaks HTTP at its word: another pod that only takes connections does not answer', async () => {
  const targets = [target('web', ports.everyOther, 4, 'any')];
  const question = { targets, rounds: 1, seconds: 5, onlyWithIpvs: false };
  const { targets: found } = trafficAnswers.parse(
    await run(trafficAnswers.probe(question), 'bash'),
    question,
  );
  expect(found['web']?.rounds[0]?.map(({ isAnswered }) => isAnswered)).toEqual([false, true, false, true]);
});

it('asks by UDP, with any bytes, and says how many came back', async () => {
  const bytes = '1b0a00ff25735c';
  const targets = [
    target('echo', ports.echo, 2, 'udp', bytes),
    target('closed', ports.closed, 2, 'udp', bytes),
  ];
  const programs = [...tools, 'bash', 'dd', 'od', 'awk'];
  const ask = async (asked: readonly TrafficTarget[], seconds: number) => {
    const question = { targets: asked, rounds: 1, seconds, onlyWithIpvs: false };
    const found = await run(trafficAnswers.probe(question), undefined, programs);
    return { answers: trafficAnswers.parse(found, question).targets, stderr: found.stderr };
  };
  const { answers, stderr } = await ask(targets, 5);
  expect(answers['echo']?.rounds[0], stderr).toEqual(
    [1, 2].map(() => ({ isAnswered: true, status: null, text: '7 bytes' })),
  );
  expect(received).toEqual([bytes, bytes]);
  expect(answers['closed']?.rounds[0]?.[0]).toEqual({
    isAnswered: false,
    status: null,
    text: 'Connection refused',
  });
  const silent = await ask([target('mute', ports.mute, 2, 'udp', bytes)], 1);
  expect(silent.answers['mute']?.rounds[0]?.[0]).toEqual({
    isAnswered: false,
    status: null,
    text: 'no answer within 1 s',
  });
});

it('says what is missing to ask by UDP with', async () => {
  const question = {
    targets: [target('echo', ports.echo, 1, 'udp', '00')],
    rounds: 1,
    seconds: 1,
    onlyWithIpvs: false,
  };
  const { targets } = trafficAnswers.parse(await run(trafficAnswers.probe(question), 'curl'), question);
  expect(targets['echo']?.rounds[0]?.[0]?.text).toBe('there is no bash to ask with');
});

it('asks nothing where the kernel does not balance, when told so', async () => {
  const question = {
    targets: [target('web', ports.alternating)],
    rounds: 1,
    seconds: 5,
    onlyWithIpvs: true,
  };
  const { targets } = trafficAnswers.parse(await run(trafficAnswers.probe(question), clients[0]), question);
  expect(Object.keys(targets)).toEqual(existsSync('/proc/net/ip_vs') ? ['web'] : []);
});

describe.each(['bash', 'curl', 'nc'].filter((name) => find(name) !== undefined))(
  'connecting by %s',
  (client) => {
    it('tells open ports, silent ones among them, from closed ones', async () => {
      const list = [ports.alternating, ports.silent, ports.closed];
      const probe = cmd`${tcpConnect}
for port in ${list}; do if tcp_connect 127.0.0.1 "$port" 5; then echo open; else echo closed; fi; done`;
      const { stdout } = await run(probe, client, client === 'bash' ? tools : ['sh']);
      expect(stdout.trim().split('\n')).toEqual(['open', 'open', 'closed']);
    });
  },
);

it('says when there is nothing to ask with', async () => {
  const { stdout } = await run(cmd`${httpGet}\necho "$http_client"`, undefined);
  expect(stdout).toBe('none\n');
});
