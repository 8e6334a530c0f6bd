import { expect, it } from 'vitest';
import { ofNamespaces } from '../../../src/app/status-namespaces.ts';
import { externalIP, statusEvent } from '../../support/sample-status.ts';

const {
  type: _,
  time: __,
  ...status
} = statusEvent({
  externalIPs: [
    externalIP({ address: '192.0.2.1', services: ['team-a/web'] }),
    externalIP({ address: '192.0.2.2', services: ['team-b/web'] }),
    externalIP({ address: '192.0.2.3', services: ['team-b/web', 'team-a/mail'] }),
  ],
});

function addresses(namespaces?: readonly string[]): readonly string[] {
  return ofNamespaces(status, namespaces).externalIPs.map(({ address }) => address);
}

it('shows the external IPs of the namespaces that are asked for, contested ones too', () => {
  expect(addresses(['team-a'])).toEqual(['192.0.2.1', '192.0.2.3']);
  expect(addresses(['team-a', 'team-b'])).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  expect(addresses(['team'])).toEqual([]);
});

it('shows all when none is named, and all the rest in any case', () => {
  expect(addresses()).toHaveLength(3);
  expect(ofNamespaces(status, ['team-a']).nodes).toEqual(status.nodes);
});
