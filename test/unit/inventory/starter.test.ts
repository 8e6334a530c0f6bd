// The inventory that `init` gives is valid, also with everything in it switched on.
import { describe, expect, it } from 'vitest';
import { checkInventory } from '../../../src/inventory/load.ts';
import { starterInventory } from '../../../src/inventory/starter.ts';
import { parseSource } from '../../../src/source/parse-source.ts';

function check(text: string) {
  return checkInventory(parseSource('starter.yaml', text, 'inventory.invalid'));
}

const isOfVersion = (message: string) => message.includes('deprecated since');

describe('the starter inventory', () => {
  it('is valid, and says that its addresses are only examples', () => {
    const { inventory, warnings } = check(starterInventory);
    expect(inventory.hosts).toHaveLength(2);
    const examples = warnings.filter(({ message }) => !isOfVersion(message));
    for (const { message } of examples) expect(message).toMatch(/is an address for examples in documents$/);
    expect(examples).toHaveLength(inventory.hosts.length);
  });

  it('gives no warning once it has addresses of its own, but those of every newer Kubernetes', () => {
    const { warnings } = check(starterInventory.replaceAll('192.0.2.', '10.1.2.'));
    expect(warnings.filter(({ message }) => !isOfVersion(message))).toEqual([]);
    expect(warnings).toHaveLength(2);
  });

  it('is valid with every commented line switched on', () => {
    const { inventory } = check(starterInventory.replaceAll(/^( *)#(?! )/gm, '$1'));
    expect(inventory.cluster.controlPlane.vip).toBeDefined();
    expect(inventory.externalIPs?.interface).toBe('eth0');
    expect(inventory.hosts[1]?.ssh).toEqual({ user: 'admin', port: 2222 });
    expect(inventory.ssh.identityFile).toBe('~/.ssh/id_ed25519');
  });
});
