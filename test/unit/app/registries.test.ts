// What is read of registries, and when: CAs and passwords, each told at its line when it is not to be had.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindPlaybook } from '../../../src/app/bind-playbook.ts';
import { openCluster } from '../../../src/app/cluster.ts';
import { Redactor, Secret } from '../../../src/core/secret.ts';
import { createSecretReader } from '../../../src/transport/login/secret-reader.ts';
import { errorText } from '../../support/error-text.ts';
import { noReading } from '../../support/no-fetching.ts';
import { certificate } from './certificate.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'registries-'));
const at = (name: string) => path.join(folder, name);

beforeAll(() => {
  writeFileSync(at('ca.pem'), `Company CA\r\n${certificate.replaceAll('\n', '\r\n')}`);
  writeFileSync(at('no-ca.pem'), 'nothing');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a task gets of the registries, and what was asked on the terminal for it. */
async function bind(registries: string, task: string) {
  writeFileSync(
    at('cluster.yaml'),
    `cluster:
  name: lab
  kubernetes: { version: v1.37.2, source: binaries }
  registries:
${registries}
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
  );
  writeFileSync(at('play.yaml'), `name: play\ntitle: Play\ntasks:\n  - { name: Configure, ${task} }\n`);
  const cluster = await openCluster(at('cluster.yaml'), { homeDirectory: '/home/alice', userName: 'alice' });
  const asked: string[] = [];
  const secrets = createSecretReader({
    variables: { PASSWORD: 'from-a-variable' },
    ask: async (question) => {
      asked.push(question);
      return 'typed-in';
    },
  });
  const { phases } = await bindPlaybook(cluster, { playbook: at('play.yaml') }, new Redactor(), {
    ...noReading,
    secrets,
  });
  const host = phases[0]?.tasks[0]?.hosts[0];
  const args = host !== undefined && 'args' in host ? host.args : undefined;
  return { registries: (args as { registries: unknown }).registries, asked };
}

const configured = `op: registries.configured, with: { registries: '\${{ registries }}' }`;
const logins = `    a.example: { login: { user: a, password: { env: PASSWORD } }, ca: ca.pem }
    b.example: { login: { user: b, password: { ask: true } }, mirrors: [https://a.example/] }`;

it('CAs and passwords are read for a task that uses them', async () => {
  const { registries, asked } = await bind(logins, configured);
  const plain = { mirrors: [], mirrorsOnly: false };
  expect(registries).toEqual([
    {
      ...plain,
      name: 'a.example',
      ca: certificate,
      login: { user: 'a', password: expect.any(Secret) as unknown },
    },
    {
      ...plain,
      name: 'b.example',
      ca: null,
      mirrors: ['https://a.example'],
      login: { user: 'b', password: expect.any(Secret) as unknown },
    },
  ]);
  expect(asked).toEqual(['Password of b for b.example']);
});

it('nobody is asked for a password that is not used', async () => {
  const broken = `${logins}\n    c.example: { ca: missing.pem }`;
  expect(await bind(broken, 'op: registries.configured, with: { registries: [] }')).toEqual({
    registries: [],
    asked: [],
  });
});

it('all that cannot be had is told at its line', async () => {
  const broken = `    a.example: { ca: missing.pem }
    b.example: { ca: no-ca.pem, login: { user: b, password: { env: UNSET } } }
    c.example: { login: { user: c, password: { file: missing } } }`;
  const error: unknown = await bind(broken, configured).catch((reason: unknown) => reason);
  expect(errorText(error).replaceAll(folder, 'DIRECTORY')).toMatchInlineSnapshot(`
    "4 problems found

    [file.unreadable] cluster.yaml:5:22: cannot read the CA DIRECTORY/missing.pem: there is no such file
    5 |     a.example: { ca: missing.pem }
      |                      ^^^^^^^^^^^

    [file.unreadable] cluster.yaml:6:22: DIRECTORY/no-ca.pem has no certificates that can be read
    6 |     b.example: { ca: no-ca.pem, login: { user: b, password: { env: UNSET } } }
      |                      ^^^^^^^^^
    hint: It must be PEM: texts that begin with -----BEGIN CERTIFICATE-----.

    [connect.secret] cluster.yaml:6:40: there is no password of b for b.example in the environment variable UNSET
    6 |     b.example: { ca: no-ca.pem, login: { user: b, password: { env: UNSET } } }
      |                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Set it for this command only, from a password manager: UNSET="$(...)" ipvs-bootstrap ...

    [connect.secret] cluster.yaml:7:25: cannot read the password of c for c.example from DIRECTORY/missing: there is no such file
    7 |     c.example: { login: { user: c, password: { file: missing } } }
      |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: The file holds the secret alone, on its first line, and should be readable by you only.
    "
  `);
});
