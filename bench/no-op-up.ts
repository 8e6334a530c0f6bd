// What a second `up` costs: connections, requests and round trips per host, and the time of the whole.
// Usage: npx tsx bench/no-op-up.ts INVENTORY   (of a cluster that is up)
import { countedRun } from '../test/support/counted-run.ts';

const [inventory] = process.argv.slice(2);
if (inventory === undefined) throw new Error('give the inventory of a cluster that is up');
const { result, costs, seconds } = await countedRun(inventory, 'up');
console.table(Object.fromEntries(costs));
for (const { host, changed, unchanged } of result.hosts) {
  console.log(`${host}: ${changed} tasks changed, ${unchanged} unchanged`);
}
console.log(`exit code ${result.exitCode}, ${seconds.toFixed(1)} s`);
