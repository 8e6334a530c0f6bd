// How many ticks a second the kernel counts (CONFIG_HZ), from whatever evidence there is.
import { virtualServerKey, type IpvsTable } from './model.ts';

/** The rates a kernel can be built with. */
const usualRates = [24, 48, 64, 100, 128, 200, 250, 256, 300, 500, 512, 1000, 1024, 1200] as const;

/**
 * @param text Lines of the kernel's configuration (`CONFIG_HZ=250`) and of /proc/timer_list (`now at … nsecs`, `jiffies: …`).
 * @param inTicks The kernel's listing, with persistence in ticks.
 * @param inSeconds The same table from ipvsadm, with persistence in seconds; empty without ipvsadm.
 * @returns undefined when none of it tells.
 */
export function tickRate(text: string, inTicks: IpvsTable, inSeconds: IpvsTable): number | undefined {
  const configured = /^CONFIG_HZ=(\d+)$/m.exec(text)?.[1];
  if (configured !== undefined) return Number(configured);
  return rateOfTables(inTicks, inSeconds) ?? rateOfTimers(text);
}

function rateOfTables(inTicks: IpvsTable, inSeconds: IpvsTable): number | undefined {
  const seconds = new Map(
    inSeconds.virtualServers.map((server) => [virtualServerKey(server), server.persistenceSeconds]),
  );
  for (const server of inTicks.virtualServers) {
    const [ticks, known] = [server.persistenceSeconds, seconds.get(virtualServerKey(server))];
    if (typeof ticks === 'number' && typeof known === 'number' && known > 0) return Math.round(ticks / known);
  }
  return undefined;
}

/** The kernel's tick count starts five minutes before it overflows 32 bits, so that overflows are found early. */
function rateOfTimers(text: string): number | undefined {
  const nanoseconds = /^now at (\d+) nsecs/m.exec(text)?.[1];
  const jiffies = /^jiffies: (\d+)/m.exec(text)?.[1];
  if (nanoseconds === undefined || jiffies === undefined) return undefined;
  const seconds = Number(nanoseconds) / 1e9 - 300;
  const ticks = Number(BigInt(jiffies) - 0x1_0000_0000n);
  // Close to the overflow the quotient says nothing.
  if (Math.abs(seconds) < 1) return undefined;
  return usualRates.find((rate) => Math.abs(ticks / seconds / rate - 1) < 0.02);
}
