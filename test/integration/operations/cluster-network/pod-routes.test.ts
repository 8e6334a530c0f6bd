// The routes to pods come back by themselves, whoever takes them away: the real script in a network of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { podNetworkFiles } from '../../../../src/operations/cluster-network/pod-network-files.ts';
import { renderTemplate } from '../../../../src/render/template.ts';

const routes = [
  { network: '10.50.1.0/24', gateway: '10.9.0.2' },
  { network: '10.50.2.0/24', gateway: '10.9.0.3' },
  { network: 'fd00:50:1::/64', gateway: 'fd00:9::2' },
];

let directory: string;
let script: string;
/** Keeps the network. */
let holder: ChildProcess;
let watcher: ChildProcess | undefined;
let said: string;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'pod-routes-'));
  script = path.join(directory, 'pod-routes.sh');
  writeFileSync(script, podNetworkFiles(['10.50.0.0/24'], routes, []).script.content as string);
  said = '';
  holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 300'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout?.once('data', resolve));
  inside(`
ip link add eth0 type veth peer name other
ip address add 10.9.0.1/24 dev eth0; ip address add fd00:9::1/64 dev eth0 nodad
for link in lo eth0 other; do ip link set "$link" up; done
sh ${script}`);
  expect(present()).toEqual(wanted);
});

afterEach(() => {
  // The script, its monitor and its sleeps are a group of their own.
  if (watcher?.pid !== undefined) process.kill(-watcher.pid, 'SIGKILL');
  watcher = undefined;
  holder.kill();
  rmSync(directory, { recursive: true });
});

function inside(text: string): string {
  const program = ['-t', String(holder.pid), '--net', 'sh', '-c', text];
  const { status, stdout, stderr } = spawnSync('nsenter', program, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const wanted = routes.map(({ network, gateway }) => `${network} via ${gateway}`);

function present(): readonly string[] {
  const lines = inside('ip -4 route show proto 119; ip -6 route show proto 119').split('\n');
  return lines.flatMap((line) => /^\S+ via \S+/.exec(line)?.[0] ?? []);
}

function watch(): void {
  const text = renderTemplate('watch-pod-routes.sh', { script, protocol: 119 });
  const file = path.join(directory, 'watch.sh');
  writeFileSync(file, text);
  watcher = spawn('nsenter', ['-t', String(holder.pid), '--net', 'sh', file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [watcher.stdout, watcher.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
}

/** The test's own limit is the deadline. */
async function untilPresent(): Promise<void> {
  while (present().length < wanted.length) await sleep(100);
  expect(present()).toEqual(wanted);
}

it('where somebody removes them, as systemd-networkd does when it starts', async () => {
  watch();
  inside('ip -4 route flush proto 119; ip -6 route flush proto 119');
  await untilPresent();
  while (!said.startsWith('routes to pods were gone: 10.50.1.0/24 via 10.9.0.2 ')) await sleep(100);
});

it('where a link was down, of whose routes the kernel says nothing', async () => {
  watch();
  inside('ip link set eth0 down');
  expect(present()).toEqual([]);
  inside('ip link set eth0 up; ip address replace fd00:9::1/64 dev eth0 nodad');
  await untilPresent();
});

it('where one leads elsewhere, and those that were added since', async () => {
  watch();
  const more = { network: '10.50.3.0/24', gateway: '10.9.0.4' };
  writeFileSync(script, podNetworkFiles(['10.50.0.0/24'], [...routes, more], []).script.content as string);
  inside('ip route replace 10.50.2.0/24 via 10.9.0.9 proto 119');
  while (!present().includes('10.50.3.0/24 via 10.9.0.4')) await sleep(100);
  expect(present()).toContain('10.50.2.0/24 via 10.9.0.3');
});

it('and says and changes nothing while they are there', async () => {
  const monitor = spawn('nsenter', ['-t', String(holder.pid), '--net', 'ip', 'monitor', 'route'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let events = '';
  monitor.stdout.setEncoding('utf8').on('data', (text: string) => (events += text));
  watch();
  // Each round ends with an event; the fourth shows that three found nothing to do.
  for (const round of [1, 2, 3, 4]) {
    inside(`ip link add round${round} type bridge`);
    await sleep(1100);
  }
  monitor.kill();
  expect(events.split('\n').filter((line) => line.includes('proto 119'))).toEqual([]);
  expect(said).toBe('');
});
