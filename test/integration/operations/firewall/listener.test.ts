// The listener for a minute and those who dial it, with the real programs, in a network namespace of their own.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cmd, type Command } from '../../../../src/core/command.ts';
import { ask } from '../../../../src/facts/fact.ts';
import { dialled, type Dialled, type DialQuestion } from '../../../../src/facts/firewall/dialled.ts';
import { ownListener, type OwnListener } from '../../../../src/facts/firewall/own-listener.ts';
import { startListener } from '../../../../src/operations/firewall/listener.ts';

/** Runs the parts one after the other in one namespace, whose processes end with it, and gives what each printed. */
function inNamespace(parts: readonly Command[]): readonly string[] {
  const text = parts.map((part) => `(${part.text}\n)\necho '== part'`).join('\n');
  const prepared = `mount -t tmpfs tmpfs /run && ip link set lo up\n${text}`;
  const args = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', prepared];
  return execFileSync('unshare', args, { encoding: 'utf8', timeout: 30_000 }).split('== part\n');
}

const ports = [6443, 2379];
const question: DialQuestion = {
  places: [...ports, 2380].map((port) => ({ host: '127.0.0.1', port })),
  onlyBefore: false,
  balancer: null,
};

function answers(stdout: string): readonly string[] {
  const all: readonly Dialled[] = dialled.parse({ stdout, stderr: '', exitCode: 0 }, question);
  return all.map(({ port, state, text }) => `${port} ${state} ${text}`.trim()).toSorted();
}

function listener(stdout: string): OwnListener {
  return ownListener.parse({ stdout, stderr: '', exitCode: 0 }, undefined);
}

const own = ask(ownListener).command;
const dial = ask(dialled, question).command;
const greeted = [
  '2379 accepted ipvs-bootstrap-listener master1 2379',
  '2380 refused',
  '6443 accepted ipvs-bootstrap-listener master1 6443',
];

describe.each(['perl', '/usr/bin/python3', 'systemd-socket-activate'])('a listener of %s', (program) => {
  const start = startListener({ node: 'master1', program, isIpv6: false, ports });

  it('says whose it is, and is known by its process', () => {
    const [, state = '', heard = ''] = inNamespace([start, own, dial]);
    expect(listener(state)).toMatchObject({ isRecent: true, ports });
    expect(answers(heard)).toEqual(greeted);
  });

  it('leaves a port alone that somebody holds', () => {
    const place = 'LocalAddr => "127.0.0.1:2379", Listen => 1';
    const held = cmd`perl -MIO::Socket::INET -e ${`my $one = IO::Socket::INET->new(${place}) or die; sleep 60`}`;
    const other = cmd`(${held} </dev/null >/dev/null 2>&1 &)
for try in 1 2 3 4 5 6 7 8 9 10; do bash -c 'exec 3<>/dev/tcp/127.0.0.1/2379' 2>/dev/null && break; sleep 0.2; done`;
    const [, , state = ''] = inNamespace([other, start, own]);
    expect(listener(state).ports).toEqual([6443]);
  });

  it('gives way to the next one', () => {
    const [, , state = '', heard = ''] = inNamespace([start, start, own, dial]);
    expect(listener(state).ports).toEqual(ports);
    expect(answers(heard)).toEqual(greeted);
  });
});

it('the name of a host may be as long as names can be', () => {
  const node = `master1.${'long.'.repeat(49)}`;
  const start = startListener({ node, program: 'perl', isIpv6: false, ports: [6443] });
  const [, heard = ''] = inNamespace([start, dial]);
  expect(answers(heard)).toContain(`6443 accepted ipvs-bootstrap-listener ${node} 6443`);
});

it.each(['perl', '/usr/bin/python3'])('%s loads nothing of the login', (program) => {
  const prepare = cmd`mkdir /run/login
echo 'open(my $file, ">", "/run/loaded"); 1;' | tee /run/login/Evil.pm >/run/login/Socket.pm
echo 'open("/run/loaded", "w")' | tee /run/login/select.py >/run/login/usercustomize.py`;
  const start = startListener({ node: 'master1', program, isIpv6: false, ports });
  const inLogin = (one: Command) => cmd`cd /run/login
export PERL5OPT=-MEvil PERL5LIB=/run/login PYTHONPATH=/run/login
${one}`;
  const look = cmd`ls /run`;
  const [, , state = '', found = ''] = inNamespace([prepare, inLogin(start), inLogin(own), look]);
  expect(listener(state).ports).toEqual(ports);
  expect(found).not.toContain('loaded');
});

it('a bash that cannot dial tells nothing', () => {
  const ipv6 = {
    ...question,
    places: [
      { host: 'fd00::1', port: 6443 },
      { host: 'no-such-name.invalid', port: 1 },
    ],
  };
  const off = cmd`sysctl -qw net.ipv6.conf.all.disable_ipv6=1`;
  const [, heard = ''] = inNamespace([off, ask(dialled, ipv6).command]);
  expect(answers(heard).filter((one) => one.includes('silent'))).toEqual([]);
});

it('a listener that is ended is gone, and so is what it noted', () => {
  const start = startListener({ node: 'master1', program: 'perl', isIpv6: false, ports });
  const stop = cmd`read -r pid </run/ipvs-bootstrap/listener/pids
kill "$pid"
until ! grep -qs ipvs-bootstrap-listener "/proc/$pid/environ"; do sleep 0.1; done`;
  const [, , state = '', heard = ''] = inNamespace([start, stop, own, dial]);
  expect(listener(state)).toMatchObject({ processes: [], ports: [] });
  expect(answers(heard)).toEqual(['2379 refused', '2380 refused', '6443 refused']);
});

describe('a firewall that', () => {
  it.each([
    ['rejects as forbidden', 'REJECT --reject-with icmp-host-prohibited', 'unreachable No route to host'],
    ['resets', 'REJECT --reject-with tcp-reset', 'refused'],
    ['drops', 'DROP', 'silent'],
  ])('%s is told from a port that nobody has', (_, target, expected) => {
    const rule = cmd`iptables -A INPUT -p tcp --dport 6443 -j ${target.split(' ')}`;
    const start = startListener({ node: 'master1', program: 'perl', isIpv6: false, ports });
    const [, , heard = ''] = inNamespace([rule, start, dial]);
    expect(answers(heard)).toContain(`6443 ${expected}`);
  });
});
