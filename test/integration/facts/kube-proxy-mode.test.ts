// kube-proxy is asked for its mode wherever it listens, by a real shell in a network namespace of its own.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kubeProxyMode, type KubeProxyMode } from '../../../src/facts/ipvs/kube-proxy-mode.ts';

/** Listens on each ADDRESS:PORT; the last one answers as kube-proxy does, the others know no path. */
const server = `#!/usr/bin/perl
use IO::Socket::INET;
my @open = map { IO::Socket::INET->new(LocalAddr => $_, Listen => 5, ReuseAddr => 1) or die "$_: $!" } @ARGV;
open(my $ready, '>', "$ENV{READY}") and close($ready);
while (@open > 1) { my $one = shift @open; next if fork; serve($one, "404 Not Found", "no such page") }
serve($open[0], "200 OK", "ipvs");
sub serve {
  my ($socket, $status, $body) = @_;
  while (my $client = $socket->accept) {
    while (<$client>) { last if /^\\r\\n$/ }
    print $client "HTTP/1.0 $status\\r\\nContent-Type: text/plain\\r\\n\\r\\n$body";
    close $client;
  }
}
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxy-mode-'));
  writeFileSync(path.join(folder, 'kube-proxy'), server);
  chmodSync(path.join(folder, 'kube-proxy'), 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the fact says while something called kube-proxy listens at these places. */
function modeWhileListeningAt(...places: readonly string[]): KubeProxyMode {
  const ready = path.join(folder, 'ready');
  rmSync(ready, { force: true });
  const start = places.length === 0 ? `: >"${ready}"` : `"${folder}/kube-proxy" ${places.join(' ')} &`;
  const script = `ip link set lo up
${start}
until [ -e "${ready}" ]; do sleep 0.1; done
${kubeProxyMode.probe(undefined).text}`;
  const args = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script];
  const stdout = execFileSync('unshare', args, {
    encoding: 'utf8',
    env: { ...process.env, READY: ready },
    timeout: 60_000,
  });
  return kubeProxyMode.parse({ stdout, stderr: '', exitCode: 0 }, undefined);
}

it.each([
  ['its usual port', ['127.0.0.1:10256', '127.0.0.1:10249']],
  ['another port of all addresses', ['0.0.0.0:10256', '0.0.0.0:9249']],
  ['another address', ['127.0.0.1:31080', '127.0.0.2:10249']],
])('finds it on %s', (_where, places) => {
  expect(modeWhileListeningAt(...places)).toEqual({ mode: 'ipvs', hasClient: true });
});

it('says so when nobody called kube-proxy listens', () => {
  expect(modeWhileListeningAt()).toEqual({ mode: null, hasClient: true });
});
