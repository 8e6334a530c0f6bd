// `source: auto` on a machine that does not reach all that the hosts reach.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '../../../src/app/cluster.ts';
import { settleSource } from '../../../src/app/settle-source.ts';
import { ErrorList } from '../../../src/core/errors.ts';
import type { HostConnector } from '../../../src/core/host.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { serve, status, type WebServer } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
const inventory = join(world.directory, 'cluster.yaml');
let certificates: Certificates;
let signer: SigningKey;
let other: SigningKey;

beforeAll(() => {
  certificates = makeCertificates(world.directory);
  writeFileSync(join(world.directory, 'ca.pem'), certificates.ca);
  signer = makeSigningKey(join(world.directory, 'signer'));
  other = makeSigningKey(join(world.directory, 'other'));
  mkdirSync(join(world.directory, 'cache'));
});
afterEach(() => world.endTest());
afterAll(() => {
  signer.close();
  other.close();
  world.end();
});

type Site = 'good' | 'away' | 'of somebody else';

/** Has the key of the packages, and the checksums of the programs. */
async function mirror(packages: Site, programs: Site): Promise<WebServer> {
  const key = { good: signer.armored, 'of somebody else': other.armored, away: undefined }[packages];
  return world.use(
    serve((request, response) => {
      const { url = '' } = request;
      const text = url.endsWith('.key') ? key : programs === 'away' ? undefined : 'a'.repeat(64);
      if (text === undefined) status(404)(request, response);
      else response.end(text);
    }, certificates.good),
  );
}

/** Hosts of Debian that reach everything; one may have something already. */
function connector(made: Readonly<Record<string, string>>): HostConnector {
  return {
    connect: async (name) =>
      ({
        run: async ({ command }: { command: { text: string } }) => ({
          exitCode: 0,
          stderr: '',
          stdout: command.text.includes('os-release')
            ? 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n'
            : `${made[name] ?? 'none'} yes\n`,
        }),
      }) as never,
  };
}

async function settled(
  { url }: WebServer,
  made: Readonly<Record<string, string>> = {},
  hosts = ['m1', 'w1'],
) {
  writeFileSync(
    inventory,
    `cluster:
  name: lab
  kubernetes:
    version: v1.37.2
    source:
      packages: { mirror: "${url}/deb", ca: ./ca.pem, key: ${signer.fingerprint} }
      binaries: { mirror: "${url}/k8s", ca: ./ca.pem }
hosts:
  - { name: m1, address: 10.1.0.1, roles: [control-plane] }
  - { name: w1, address: 10.1.0.2, roles: [worker] }
`,
  );
  const cluster = await openCluster(inventory, { homeDirectory: '/home/alice', userName: 'alice' });
  const told: string[] = [];
  const reading = {
    whole: false,
    report: (line: string) => told.push(line),
    signal: world.signal,
    cacheDirectory: join(world.directory, 'cache'),
    through: {},
    now: new Date(),
  };
  const { choice, cluster: chosen } = await settleSource(cluster, connector(made), hosts, reading);
  return { choice, offer: await chosen.kubernetes.read(reading), told };
}

describe('this machine', () => {
  it('fetches the key of the packages once', async () => {
    const { choice, offer, told } = await settled(await mirror('good', 'away'));
    expect(choice.kind).toBe('packages');
    expect(offer.packages).toMatchObject({ key: expect.stringContaining('BEGIN PGP') as string });
    expect(told).toHaveLength(1);
  });

  it('that does not get it sends programs, and says why', async () => {
    const { choice, offer } = await settled(await mirror('away', 'good'));
    expect(choice.kind).toBe('binaries');
    expect(choice.because).toMatch(
      /^the hosts could take packages, but their key does not come: https:\S+Release\.key cannot be fetched: \S+ answers 404 Not Found$/,
    );
    expect(offer.packages).toBeNull();
    expect(offer.bundle.manifest.files).toHaveLength(3);
  });

  it('that gets neither says so of both', async () => {
    const error = await failure(settled(await mirror('away', 'away')));
    if (!(error instanceof ErrorList)) throw error;
    const errors = error.errors.map(({ message, where }) => ({ message, where }));
    expect(errors).toMatchObject([
      { message: expect.stringContaining('Release.key cannot be fetched') as string, where: { line: 6 } },
      { message: expect.stringMatching(/kube\w+ cannot be fetched/) as string, where: { line: 7 } },
    ]);
  });

  it("does not go around a key that is somebody else's", async () => {
    const error = await failure(settled(await mirror('of somebody else', 'good')));
    expect(error.message).toContain(`is the key ${other.fingerprint} instead of`);
  });

  it.each([
    ['what is there came as packages', { w1: 'packages' }, ['m1', 'w1']],
    ['not all of them were asked', {}, ['m1']],
  ])('never makes it a cluster of two kinds: %s', async (_, made, hosts) => {
    const error = await failure(settled(await mirror('away', 'good'), made, hosts));
    expect(error.message).toContain('Release.key cannot be fetched');
  });
});
