// The routes to pods come back by themselves, whoever takes them away: the real script in a network of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { podNetworkFiles } from '../../../../src/operations/cluster-network/pod-network-files.ts';
import type { PodRoute } from '../../../../src/kube/pod-network.ts';
import { renderTemplate } from '../../../../src/render/template.ts';

const routes = [
  { network: '10.50.1.0/24', gateway: '10.9.0.2' },
  { network: '10.50.2.0/24', gateway: '10.9.0.3' },
  { network: 'fd00:50:1::/64', gateway: 'fd00:9::2' },
];

/** Its node is in no network of the host. */
const hopeless = { network: '10.50.0.0/24', gateway: '10.8.0.1' };

let directory: string;
let script: string;
/** Keeps the network. */
let holder: ChildProcess;
let watcher: ChildProcess | undefined;
let said: string;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'pod-routes-'));
  script = path.join(directory, 'pod-routes.sh');
  install(routes);
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
  watcher?.kill('SIGKILL');
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

function install(wantedRoutes: readonly PodRoute[]): void {
  writeFileSync(script, podNetworkFiles(['10.50.0.0/24'], wantedRoutes, []).script.content as string);
}

/** A program that comes before the system's of the same name. */
function replaceProgram(name: string, text: string): void {
  mkdirSync(path.join(directory, 'bin'), { recursive: true });
  writeFileSync(path.join(directory, 'bin', name), `#!/bin/sh\n${text}`, { mode: 0o755 });
}

/** How many watch this network. */
function monitors(): number {
  const own = inside('readlink /proc/self/ns/net').trim();
  const found = inside(`for place in /proc/[0-9]*; do
  if [ "$(readlink "$place/ns/net")" = '${own}' ]; then tr '\\0' ' ' <"$place/cmdline"; echo; fi
done 2>/dev/null`);
  return found.split('\n').filter((line) => line.startsWith('ip monitor')).length;
}

function present(): readonly string[] {
  const lines = inside('ip -4 route show proto 119; ip -6 route show proto 119').split('\n');
  return lines.flatMap((line) => /^\S+ via \S+/.exec(line)?.[0] ?? []);
}

/** All that it starts ends with it: they have a numbering of processes of their own. */
function watch(shell = 'sh'): void {
  const text = renderTemplate('watch-pod-routes.sh', { script, protocol: 119 });
  const file = path.join(directory, 'watch.sh');
  writeFileSync(file, text);
  const own = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', shell, file];
  watcher = spawn('nsenter', ['-t', String(holder.pid), '--net', ...own], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${path.join(directory, 'bin')}:${process.env['PATH'] ?? ''}` },
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

it.each(['dash', 'bash'])('where somebody removes them, as systemd-networkd does (%s)', async (shell) => {
  watch(shell);
  inside('ip -4 route flush proto 119; ip -6 route flush proto 119');
  await untilPresent();
  while (!said.startsWith('routes to pods were gone: 10.50.1.0/24 via 10.9.0.2 ')) await sleep(100);
});

it('where they go before the watcher can hear of it', async () => {
  replaceProgram(
    'ip',
    `PATH=\${PATH#*:}
if [ "$1" = monitor ] && mkdir ${directory}/once 2>/dev/null; then sleep 2; ip route flush proto 119; fi
exec ip "$@"`,
  );
  watch();
  while (said === '') await sleep(100);
  await untilPresent();
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
  install([...routes, more]);
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
  // The one that listens, and the last one, which ends with the next event.
  expect(monitors()).toBeLessThanOrEqual(2);
  expect(events.split('\n').filter((line) => line.includes('proto 119'))).toEqual([]);
  expect(said).toBe('');
});

it.each(['dash', 'bash'])('all but the one that cannot be made, without waiting for it (%s)', (shell) => {
  install([hopeless, ...routes]);
  replaceProgram('sleep', `echo "$1" >>${directory}/slept`);
  const run = (seconds: string) =>
    inside(
      `ip route flush proto 119; PATH=${directory}/bin:$PATH ${shell} ${script} ${seconds} 2>&1; echo "status $?"`,
    );
  expect(run('')).toMatch(/^10\.50\.0\.0\/24 via 10\.8\.0\.1: .+\nstatus 1\n$/);
  expect(present()).toEqual(wanted);
  expect(run('3')).toMatch(/^10\.50\.0\.0\/24 via 10\.8\.0\.1: .+\nstatus 1\n$/);
  expect(readFileSync(path.join(directory, 'slept'), 'utf8')).toBe('1\n1\n1\n');
});

it('while one cannot be made, which is no change and wakes nobody', async () => {
  install([hopeless, ...routes]);
  watch();
  inside('ip -4 route flush proto 119');
  await untilPresent();
  while (!said.includes('10.50.0.0/24 via 10.8.0.1: ')) await sleep(100);
  // Once at the start, once for the loss, once for what was put back: no change of its own wakes it after that.
  await sleep(8000);
  expect(said.split('routes to pods were gone').length - 1).toBeLessThanOrEqual(3);
  inside('ip address add 10.8.0.2/24 dev eth0');
  while (!present().includes('10.50.0.0/24 via 10.8.0.1')) await sleep(100);
});
