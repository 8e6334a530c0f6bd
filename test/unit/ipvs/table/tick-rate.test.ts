// The kernel's tick rate from its configuration, its timers, or ipvsadm.
import { describe, expect, it } from 'vitest';
import { emptyTable, type IpvsTable } from '../../../../src/ipvs/table/model.ts';
import { tickRate } from '../../../../src/ipvs/table/tick-rate.ts';

function sticky(persistenceSeconds: number): IpvsTable {
  const server = { protocol: 'TCP', address: '10.96.0.1', port: 443, scheduler: 'rr', flags: [] } as const;
  return { virtualServers: [{ ...server, persistenceSeconds, realServers: [] }], markedServers: [] };
}

/** What /proc/timer_list says so many seconds after boot. */
function timers(seconds: number, rate: number): string {
  const jiffies = 2 ** 32 - 300 * rate + Math.round(seconds * rate);
  return `now at ${Math.round(seconds * 1e9)} nsecs\njiffies: ${jiffies}\n`;
}

describe('the tick rate', () => {
  it("is what the kernel's configuration says", () => {
    expect(tickRate('CONFIG_HZ=250\n', emptyTable, emptyTable)).toBe(250);
  });

  it('follows from ipvsadm telling seconds where the kernel tells ticks', () => {
    expect(tickRate('', sticky(2_700_000), sticky(10_800))).toBe(250);
  });

  it.each([24, 100, 250, 300, 1000, 1024])("follows from the kernel's timers: %i a second", (rate) => {
    for (const seconds of [4, 250, 310, 86_400, 30_000_000]) {
      expect(tickRate(timers(seconds, rate), emptyTable, emptyTable)).toBe(rate);
    }
  });

  it('is not guessed five minutes after the boot, when the timers pass their zero', () => {
    expect(tickRate(timers(300.2, 250), emptyTable, emptyTable)).toBeUndefined();
  });

  it('is unknown without evidence', () => {
    expect(tickRate('', sticky(2_700_000), emptyTable)).toBeUndefined();
    expect(tickRate('now at 5 nsecs\n', emptyTable, emptyTable)).toBeUndefined();
  });
});
