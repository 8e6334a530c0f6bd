// `source: auto` on a machine that does not reach all that the hosts reach.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '../../../src/app/cluster.ts';
import { settleSource } from '../../../src/app/settle-source.ts';
import { ErrorList } from '../../../src/core/errors.ts';
import type { HostConnector } from '../../../src/core/host.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { closedPort, serve, status } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
const inventory = join(world.directory, 'cluster.yaml');
let certificates: Certificates;
/** Of a CA of its own. */
let strangers: Certificates;
let signer: SigningKey;
let other: SigningKey;

beforeAll(() => {
  certificates = makeCertificates(world.directory);
  mkdirSync(join(world.directory, 'strangers'));
  strangers = makeCertificates(join(world.directory, 'strangers'));
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

/** What a site answers; or a status, nothing at all, or with a certificate that nobody vouches for. */
type Site = 'good' | 'away' | 'of somebody else' | 'not trusted' | number;

interface Sites {
  readonly packages: string;
  readonly programs: string;
}

/** The key of the packages, and the checksums of the programs, have a site each. */
async function mirrors(packages: Site, programs: Site): Promise<Sites> {
  const key = packages === 'of somebody else' ? other : signer;
  return {
    packages: await mirror(packages, key.armored),
    programs: await mirror(programs, 'a'.repeat(64)),
  };
}

async function mirror(site: Site, text: string): Promise<string> {
  if (site === 'away') return `https://127.0.0.1:${await closedPort()}`;
  const answer: RequestListener =
    typeof site === 'number' ? status(site) : (_, response) => void response.end(text);
  const keys = site === 'not trusted' ? strangers.good : certificates.good;
  return (await world.use(serve(answer, keys))).url;
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
  { packages, programs }: Sites,
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
      packages: { mirror: "${packages}/deb", ca: ./ca.pem, key: ${signer.fingerprint} }
      binaries: { mirror: "${programs}/k8s", ca: ./ca.pem }
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
    const { choice, offer, told } = await settled(await mirrors('good', 'away'));
    expect(choice.kind).toBe('packages');
    expect(offer.packages).toMatchObject({ key: expect.stringContaining('BEGIN PGP') as string });
    expect(told).toHaveLength(1);
  });

  it('that does not get it sends programs, and says why', async () => {
    const { choice, offer } = await settled(await mirrors('away', 'good'));
    expect(choice.kind).toBe('binaries');
    expect(choice.because).toMatch(
      /^the hosts could take packages, but their key does not come: https:\S+Release\.key cannot be fetched: \S+ refuses the connection$/,
    );
    expect(offer.packages).toBeNull();
    expect(offer.bundle.manifest.files).toHaveLength(3);
  });

  it('that gets neither says so of both', async () => {
    const error = await failure(settled(await mirrors('away', 'away')));
    if (!(error instanceof ErrorList)) throw error;
    const errors = error.errors.map(({ message, where }) => ({ message, where }));
    expect(errors).toMatchObject([
      { message: expect.stringContaining('Release.key cannot be fetched') as string, where: { line: 6 } },
      { message: expect.stringMatching(/kube\w+ cannot be fetched/) as string, where: { line: 7 } },
    ]);
  });

  it.each([
    [401, '401 Unauthorized'],
    [403, '403 Forbidden'],
    [404, '404 Not Found'],
    ['not trusted', 'the certificate of 127.0.0.1'],
  ] as const)('does not go around an answer that no outage gives: %s', async (packages, words) => {
    const error = await failure(settled(await mirrors(packages, 'good')));
    expect(error.message).toContain(words);
    expect(error.where).toMatchObject({ line: 6 });
  });

  it("does not go around a key that is somebody else's", async () => {
    const error = await failure(settled(await mirrors('of somebody else', 'good')));
    expect(error.message).toContain(`is the key ${other.fingerprint} instead of`);
  });

  it.each([
    ['what is there came as packages', { w1: 'packages' }, ['m1', 'w1']],
    ['not all of them were asked', {}, ['m1']],
  ])('never makes it a cluster of two kinds: %s', async (_, made, hosts) => {
    const error = await failure(settled(await mirrors('away', 'good'), made, hosts));
    expect(error.message).toContain('Release.key cannot be fetched');
  });
});
