// What a checked inventory becomes: defaults, roles, paths.
import { describe, expect, it } from 'vitest';
import { checkInventory } from '../../../src/inventory/load.ts';
import { resolveInventory } from '../../../src/inventory/resolve.ts';
import { parseSource } from '../../../src/source/parse-source.ts';

const environment = { homeDirectory: '/home/alice', userName: 'alice' };

function resolve(text: string, file = '/inv/cluster.yaml') {
  return resolveInventory(checkInventory(parseSource(file, text, 'inventory.invalid')), environment);
}

function inventory({
  ssh = '{}',
  hostSsh = '{}',
  bundle = './bundle',
  source = '',
  images = '{}',
  controlPlane = '{}',
} = {}): string {
  return `cluster:
  name: lab
  kubernetes: { version: v1.20.2, source: ${source === '' ? `{ bundle: "${bundle}" }` : source} }
  images: ${images}
  controlPlane: ${controlPlane}
hosts:
  - { name: w1, address: 10.1.0.3, roles: [worker] }
  - { name: m1, address: 10.1.0.1, roles: [worker, control-plane], ssh: ${hostSsh} }
ssh: ${ssh}
`;
}

describe('ssh settings', () => {
  const sshOf = (ssh: string, hostSsh: string) => resolve(inventory({ ssh, hostSsh })).hosts[1]?.ssh;

  it('are left to ssh_config and the defaults when nothing is said', () => {
    expect(sshOf('{}', '{}')).toEqual({});
  });

  it('of a host come before the common ones', () => {
    expect(sshOf('{ user: root, port: 2022 }', '{ user: admin }')).toEqual({
      user: 'admin',
      port: 2022,
    });
    expect(sshOf('{ user: admin }', '{ user: root }')).toEqual({ user: 'root' });
  });

  it('use sudo as told', () => {
    expect(sshOf('{ user: root, become: true }', '{}')?.become).toBe(true);
    expect(sshOf('{ become: true }', '{ become: false }')?.become).toBe(false);
  });

  it('name where secrets come from, and whose they are', () => {
    const common =
      '{ password: { env: PW }, passphrase: { file: pass }, become: { password: { ask: true } } }';
    expect(sshOf(common, '{}')).toEqual({
      password: { from: 'env', name: 'PW' },
      passphrase: { from: 'file', path: '/inv/pass' },
      becomePassword: { from: 'terminal', question: 'sudo password' },
    });
    expect(sshOf(common, '{ password: { ask: true }, become: { password: { ask: true } } }')).toMatchObject({
      password: { from: 'terminal', question: 'SSH password for m1' },
      becomePassword: { from: 'terminal', question: 'sudo password for m1' },
    });
    expect(sshOf(common, '{ become: false }')).not.toHaveProperty('becomePassword');
  });

  it('say which way to go', () => {
    const common = '{ jump: [{ address: bastion, port: 2222, identityFile: ~/b, password: { ask: true } }] }';
    expect(sshOf(common, '{ address: m1.example.org }')).toEqual({
      sshAddress: 'm1.example.org',
      jump: [
        {
          address: 'bastion',
          port: 2222,
          identityFile: '/home/alice/b',
          password: { from: 'terminal', question: 'SSH password for the bastion bastion' },
        },
      ],
    });
    expect(sshOf(common, '{ jump: [] }')?.jump).toEqual([]);
  });

  it.each([
    ['none', 'none'],
    ['~/.ssh/cluster', '/home/alice/.ssh/cluster'],
    ['ssh_config', '/inv/ssh_config'],
  ])('read ssh_config from %s', (written, file) => {
    expect(sshOf(`{ configFile: ${written} }`, '{}')?.configFile).toBe(file);
  });

  it.each([
    ['~/.ssh/id', '/home/alice/.ssh/id'],
    ['~', '/home/alice'],
    ['keys/id', '/inv/keys/id'],
    ['../id', '/id'],
    ['/etc/id', '/etc/id'],
    ['~bob/id', '/inv/~bob/id'],
  ])('find the key %s at %s', (written, absolute) => {
    expect(sshOf(`{ identityFile: "${written}" }`, '{}')?.identityFile).toBe(absolute);
    expect(sshOf('{}', `{ knownHostsFile: "${written}" }`)?.knownHostsFile).toBe(absolute);
  });
});

describe('the cluster', () => {
  it('starts on the first control plane, and counts each host once', () => {
    const { cluster } = resolve(inventory());
    expect(cluster).toMatchObject({ firstControlPlane: 'm1', controlPlanes: ['m1'], workers: ['w1'] });
    expect(cluster.nodes.map(({ name }) => name)).toEqual(['w1', 'm1']);
  });

  it.each([
    ['{}', '10.1.0.1:6443'],
    ['{ vip: { address: 10.1.0.9, interface: eth0 } }', '10.1.0.9:6443'],
    ['{ endpoint: "lb.example.org:443" }', 'lb.example.org:443'],
    ['{ endpoint: 10.9.9.9 }', '10.9.9.9:6443'],
  ])('with controlPlane %s is reached at %s', (controlPlane, endpoint) => {
    expect(resolve(inventory({ controlPlane })).cluster.endpoint).toBe(endpoint);
  });

  it('takes the bundle relative to the inventory, and a relative inventory from where the program runs', () => {
    expect(resolve(inventory({ bundle: 'b' })).source).toEqual({ kind: 'bundle', directory: '/inv/b' });
    expect(resolve(inventory({ bundle: 'b' }), 'clusters/x.yaml').source).toEqual({
      kind: 'bundle',
      directory: `${process.cwd()}/clusters/b`,
    });
  });

  it('takes programs from the site of their makers, or from a mirror', () => {
    expect(resolve(inventory({ source: 'binaries' })).source).toEqual({
      kind: 'binaries',
      site: 'https://dl.k8s.io',
      architecture: 'amd64',
      fetch: 'controller',
      imageRepository: 'registry.k8s.io',
    });
    const mirror = '{ binaries: { mirror: "https://mirror.example/k8s/", ca: ca.pem, architecture: arm64 } }';
    expect(
      resolve(inventory({ source: mirror, images: '{ repository: "r.example:5000/k8s" }' })).source,
    ).toEqual({
      kind: 'binaries',
      site: 'https://mirror.example/k8s',
      ca: '/inv/ca.pem',
      architecture: 'arm64',
      fetch: 'controller',
      imageRepository: 'r.example:5000/k8s',
    });
  });
});
