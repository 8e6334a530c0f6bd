// By which interface a host reaches each of the other hosts, and so by which their packets come.
import { cmd, script, type Command } from '../../core/command.ts';
import { canonicalIp } from '../../core/ip.ts';
import type { Fact } from '../fact.ts';

/** Addresses without a way are left out. */
export type Ways = Readonly<Record<string, string>>;

export const ways: Fact<Ways, { readonly addresses: readonly string[] }> = {
  name: 'host.ways',
  scope: 'host',
  probe: ({ addresses }) => cmd`ip -force -oneline -batch - 2>/dev/null <<'END'
${questions(addresses)}
END
:`,
  parse({ stdout }) {
    const found = [...stdout.matchAll(/^(?:\w+ )?([0-9a-fA-F.:]+) .*?\bdev (\S+)/gm)];
    return Object.fromEntries(found.map(([, address = '', device = '']) => [canonicalIp(address), device]));
  },
};

function questions(addresses: readonly string[]): Command {
  return addresses.reduce((all, address) => cmd`${all}\nroute get ${address}`, script(''));
}
