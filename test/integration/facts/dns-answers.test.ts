// The probe that asks a DNS, run for real against a server on loopback.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dnsAnswers, type DnsAnswers, type DnsQuery } from '../../../src/facts/network/dns-answers.ts';
import { startDnsServer, type DnsServer } from '../../support/dns-server.ts';

const shells = [['/bin/dash'], ['/bin/bash', '--posix'], ['/bin/busybox', 'sh']].filter(([program = '']) =>
  existsSync(program),
);
const name = 'kubernetes.default.svc.cluster.local';
const question: DnsQuery = { name: 'kubernetes.default.svc', type: 'A', requests: 2, seconds: 1 };

let folder: string;
let server: DnsServer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dns-answers-'));
  server = await startDnsServer({
    [name]: ['10.96.0.1', 'fd00:96::1'],
    'kubernetes.default.svc.lab.example': ['10.96.0.1'],
  });
});

beforeEach(() => {
  server.manner = { UDP: 'well', TCP: 'well' };
  (server.asked as string[]).length = 0;
  clusterHas('127.0.0.1 127.0.0.1');
  kubeletSays('clusterDNS:\n- 127.0.0.1\nclusterDomain: cluster.local\n');
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** What kubectl finds of the Service; nothing where there is none. */
function clusterHas(clusterIPs: string): void {
  writeFileSync(path.join(folder, 'kubectl'), `#!/bin/sh\necho '${clusterIPs}'\n`);
  chmodSync(path.join(folder, 'kubectl'), 0o755);
}

function kubeletSays(configuration: string): void {
  writeFileSync(path.join(folder, 'config.yaml'), configuration);
}

async function ask({
  shell = ['/bin/sh'],
  port = server.port,
  wanted = question,
  PATH = `${folder}:${process.env['PATH'] ?? ''}`,
}: {
  readonly shell?: readonly string[];
  readonly port?: number;
  readonly wanted?: DnsQuery;
  readonly PATH?: string;
} = {}): Promise<DnsAnswers> {
  const text = dnsAnswers
    .probe(wanted)
    .text.replace('port=53', `port=${port}`)
    .replace('/var/lib/kubelet/config.yaml', path.join(folder, 'config.yaml'));
  const [program = '', ...options] = shell;
  return new Promise((done) => {
    const child = spawn(program, [...options, '-c', text], {
      env: { PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    child.on('close', (exitCode) => {
      expect(stderr).toBe('');
      done(dnsAnswers.parse({ stdout, stderr, exitCode: exitCode ?? 255 }, wanted));
    });
  });
}

/** `UDP answered NOERROR 10.96.0.1`, sorted. */
function inWords({ answers }: DnsAnswers): readonly string[] {
  return answers
    .map(({ protocol, state, status, addresses }) => [protocol, state, status, ...addresses].join(' '))
    .sort();
}

const twice = (protocol: string, words: string): readonly string[] => [
  `${protocol} ${words}`,
  `${protocol} ${words}`,
];

describe.each(shells)('in %s', (...shell) => {
  it('gets the address by both protocols', async () => {
    const answers = await ask({ shell });
    expect(answers).toMatchObject({ hasClient: true, name, servers: ['127.0.0.1'] });
    expect(inWords(answers)).toEqual([
      ...twice('TCP', 'answered NOERROR 10.96.0.1'),
      ...twice('UDP', 'answered NOERROR 10.96.0.1'),
    ]);
    expect([...server.asked].sort()).toEqual([...twice('TCP', `${name} 1`), ...twice('UDP', `${name} 1`)]);
  });
});

it('asks for an IPv6 address where Services have such', async () => {
  expect(new Set(inWords(await ask({ wanted: { ...question, type: 'AAAA' } })))).toEqual(
    new Set(['TCP answered NOERROR fd00:96::1', 'UDP answered NOERROR fd00:96::1']),
  );
});

it('asks a server that has an IPv6 address', async () => {
  const six = await startDnsServer({ [name]: ['10.96.0.1'] }, '::1');
  clusterHas('::1 ::1');
  kubeletSays('clusterDomain: cluster.local\n');
  const answers = await ask({ port: six.port });
  six.close();
  expect(answers.servers).toEqual(['::1']);
  expect(new Set(inWords(answers))).toEqual(
    new Set(['TCP answered NOERROR 10.96.0.1', 'UDP answered NOERROR 10.96.0.1']),
  );
});

it("uses the cluster's domain, and asks the addresses that pods are told as well", async () => {
  kubeletSays(
    'clusterDNS:\n  - "127.0.0.1"\n  - 127.0.0.2\nclusterDomain: "lab.example"\nother:\n- 127.0.0.3\n',
  );
  const answers = await ask();
  expect(answers).toMatchObject({
    name: 'kubernetes.default.svc.lab.example',
    servers: ['127.0.0.1', '127.0.0.2'],
  });
  const there = answers.answers.filter((one) => one.server === '127.0.0.1');
  expect(there.map(({ status }) => status)).toEqual(Array(4).fill('NOERROR'));
});

it('asks nobody where the cluster has no DNS', async () => {
  clusterHas('');
  expect(await ask()).toMatchObject({ servers: [], answers: [] });
  expect(server.asked).toEqual([]);
});

it('tells that a name is not known', async () => {
  const answers = await ask({ wanted: { ...question, name: 'nobody.default.svc' } });
  expect(new Set(inWords(answers))).toEqual(new Set(['TCP answered NXDOMAIN', 'UDP answered NXDOMAIN']));
});

it('tells the protocols apart', async () => {
  server.manner = { UDP: 'silent', TCP: 'well' };
  expect(inWords(await ask())).toEqual([
    ...twice('TCP', 'answered NOERROR 10.96.0.1'),
    ...twice('UDP', 'silent '),
  ]);
  server.manner = { UDP: 'well', TCP: 'silent' };
  expect(inWords(await ask())).toEqual([
    ...twice('TCP', 'silent '),
    ...twice('UDP', 'answered NOERROR 10.96.0.1'),
  ]);
});

it('says who refused', async () => {
  expect(inWords(await ask({ port: 1 }))).toEqual([
    ...twice('TCP', 'silent Connection refused'),
    ...twice('UDP', 'silent Connection refused'),
  ]);
});

it('sends a packet that was lost once more, and waits for an answer that comes in pieces', async () => {
  server.manner = { UDP: 'once', TCP: 'slow' };
  expect(new Set(inWords(await ask()))).toEqual(
    new Set(['TCP answered NOERROR 10.96.0.1', 'UDP answered NOERROR 10.96.0.1']),
  );
  expect(server.asked.filter((one) => one.startsWith('UDP'))).toHaveLength(4);
});

it.each([
  ['cut', 'an answer that was cut off'],
  ['stranger', 'the answer to another question (wrong id)'],
  ['noise', 'something that is no DNS message'],
] as const)('does not take for an answer what is none: %s', async (manner, words) => {
  server.manner = { UDP: manner, TCP: manner };
  expect(inWords(await ask())).toEqual([
    ...twice('TCP', `senseless ${words}`),
    ...twice('UDP', `senseless ${words}`),
  ]);
});

it('says that it cannot ask without bash', async () => {
  const programs = mkdtempSync(path.join(folder, 'programs-'));
  for (const tool of ['sed', 'head', 'timeout', 'dd', 'od']) {
    symlinkSync(path.join('/usr/bin', tool), path.join(programs, tool));
  }
  const answers = await ask({ PATH: `${folder}:${programs}` });
  expect(answers).toMatchObject({ hasClient: false, servers: ['127.0.0.1'], answers: [] });
});
