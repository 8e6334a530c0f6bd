// The proxy of an inventory as tasks get it: its password is read for who uses it, and told at its line when it is not there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bindPlaybook } from '../../../src/app/bind-playbook.ts';
import { openCluster } from '../../../src/app/cluster.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { createSecretReader } from '../../../src/transport/login/secret-reader.ts';
import { errorText } from '../../support/error-text.ts';
import { noReading } from '../../support/no-fetching.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'download-proxy-'));
const at = (name: string) => path.join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a task gets of the proxy, and what was asked on the terminal for it. */
async function bind(downloads: string, wanted = '${{ downloads }}') {
  writeFileSync(
    at('cluster.yaml'),
    `cluster:
  name: lab
  kubernetes: { version: v1.37.2, source: binaries }
${downloads}
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
  );
  const task = `{ name: Configure, op: download-proxy.configured, with: { downloads: ${JSON.stringify(wanted)} } }`;
  writeFileSync(at('play.yaml'), `name: play\ntitle: Play\ntasks:\n  - ${task}\n`);
  const cluster = await openCluster(at('cluster.yaml'), { homeDirectory: '/home/alice', userName: 'alice' });
  const asked: string[] = [];
  const secrets = createSecretReader({
    variables: {},
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
  return { args: host !== undefined && 'args' in host ? host.args : undefined, asked };
}

const proxy =
  '  downloads: { proxy: http://proxy.example:80, login: { user: puller, password: { ask: true } } }';

it('a task gets it with its login', async () => {
  const { args, asked } = await bind(proxy);
  expect(args).toMatchObject({
    downloads: { proxy: 'http://proxy.example:80', login: { user: 'puller' } },
  });
  expect(asked).toEqual(['Password of puller for the proxy proxy.example:80']);
});

it('nobody is asked for a password that no task uses, and without a proxy there is none', async () => {
  expect(await bind(proxy, null as unknown as string)).toEqual({ args: { downloads: null }, asked: [] });
  expect(await bind('')).toEqual({ args: { downloads: null }, asked: [] });
});

it('a password that is not to be had is told at its line', async () => {
  const unset = proxy.replace('ask: true', 'env: UNSET');
  const error: unknown = await bind(unset).catch((reason: unknown) => reason);
  expect(errorText(error)).toContain(
    '[connect.secret] cluster.yaml:4:55: there is no password of puller for the proxy proxy.example:80 in the environment variable UNSET',
  );
});
