// What the templates write as addresses is what is read back from them.
import { describe, expect, it } from 'vitest';
import { heldAddresses } from '../../../../src/operations/keepalived/held-addresses.ts';
import { renderTemplate } from '../../../../src/render/template.ts';

const part = { interface: 'eth0', check: '/etc/ipvs-bootstrap/check.sh', checkInterval: 2, penalty: 20 };
const instance = {
  interface: 'eth0',
  prefixLength: 64,
  name: 'external_ip_1',
  routerId: 7,
  priority: 101,
  source: '10.1.0.11',
  peers: ['10.1.0.12', 'fd00:77::12'],
  password: null,
};

describe.each(['10.1.0.8', 'fd00:77::8'])('the address %s', (address) => {
  it('is read back from the part of the virtual IP', () => {
    const text = renderTemplate('keepalived/virtual-ip.conf', { ...part, ...instance, address });
    expect(heldAddresses(text)).toEqual([{ address, interface: 'eth0' }]);
  });

  it('is read back from the part of the external IPs, as each of them', () => {
    const addresses = [address, '10.1.0.9'];
    const instances = addresses.map((one) => ({ ...instance, address: one }));
    const text = renderTemplate('keepalived/external-ips.conf', { ...part, instances });
    expect(heldAddresses(text)).toEqual(addresses.map((one) => ({ address: one, interface: 'eth0' })));
  });
});
