// What a checked inventory becomes: defaults, roles, paths.
import { describe, expect, it } from 'vitest';
import { checkInventory } from '../../../src/inventory/load.ts';
import { resolveInventory } from '../../../src/inventory/resolve.ts';
import { parseSource } from '../../../src/source/parse-source.ts';

const environment = { homeDirectory: '/home/alice', userName: 'alice' };

function resolve(text: string, file = '/inv/cluster.yaml') {
  return resolveInventory(checkInventory(parseSource(file, text, 'inventory.invalid')), environment);
}

function inventory({ ssh = '{}', hostSsh = '{}', bundle = './bundle', controlPlane = '{}' } = {}): string {
  return `cluster:
  name: lab
  kubernetes: { version: v1.20.2, source: { bundle: "${bundle}" } }
  controlPlane: ${controlPlane}
hosts:
  - { name: w1, address: 10.1.0.3, roles: [worker] }
  - { name: m1, address: 10.1.0.1, roles: [worker, control-plane], ssh: ${hostSsh} }
ssh: ${ssh}
`;
}

describe('ssh settings', () => {
  const sshOf = (ssh: string, hostSsh: string) => resolve(inventory({ ssh, hostSsh })).hosts[1]?.ssh;

  it('are your own name, port 22 and sudo by default', () => {
    expect(sshOf('{}', '{}')).toEqual({ user: 'alice', port: 22, become: true });
  });

  it('of a host come before the common ones', () => {
    expect(sshOf('{ user: root, port: 2022 }', '{ user: admin }')).toEqual({
      user: 'admin',
      port: 2022,
      become: true,
    });
    expect(sshOf('{ user: admin }', '{ user: root }')).toEqual({ user: 'root', port: 22, become: false });
  });

  it('use sudo as told', () => {
    expect(sshOf('{ user: root, become: true }', '{}')?.become).toBe(true);
    expect(sshOf('{ become: true }', '{ become: false }')?.become).toBe(false);
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
    expect(resolve(inventory({ bundle: 'b' })).bundleDirectory).toBe('/inv/b');
    expect(resolve(inventory({ bundle: 'b' }), 'clusters/x.yaml').bundleDirectory).toBe(
      `${process.cwd()}/clusters/b`,
    );
  });
});
