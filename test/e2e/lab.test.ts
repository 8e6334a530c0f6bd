// The lab's nodes by themselves: what their kernel can do, both ways to run programs, and one that does not boot.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileCheck, tryUserMode } from '../../src/lab/machine-checks/user-mode.ts';
import { resolverProcess } from '../../src/lab/network/resolver.ts';
import { killLabNode } from '../../src/lab/nodes.ts';
import { labFiles } from '../../src/lab/state/files.ts';
import { bootLab, type TestLab } from '../support/e2e-lab.ts';
import { entry } from '../support/entry.ts';
import { program, tail } from '../support/program.ts';

const name = 'e2e-lab';
const subnet = '100.72.0.0/16';

let lab: TestLab;
let directory: string;
/** What the machine allows: seccomp, and ptrace only where that is denied. */
let way: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lab-test-'));
  lab = await bootLab({ name, subnet });
  const { signal } = new AbortController();
  way = await tryUserMode(await compileCheck(directory, signal), signal);
});

afterAll(async () => {
  const { resolver } = labFiles(name);
  await lab.remove();
  expect(await resolverProcess(resolver)).toBeUndefined();
  await rm(directory, { recursive: true, force: true });
});

/** How each node's kernel runs its programs. */
async function userspaces(of: string): Promise<readonly unknown[]> {
  const { stdout } = await program('lab', '--name', of, 'status', '--output', 'json');
  return (JSON.parse(stdout) as { readonly userspace: unknown }[]).map(({ userspace }) => userspace);
}

describe('the kernel of a node', () => {
  it('runs programs in the better way that the machine allows, and `lab status` says which', async () => {
    expect(await userspaces(name)).toEqual([way, way]);
    const { stdout } = await program('lab', '--name', name, 'status', '--output', 'plain');
    expect(stdout).toMatch(/^NAME .* USERSPACE /);
    expect(stdout).toMatch(new RegExp(`^master1 .* running .* ${way} `, 'm'));
  });

  it.each([
    [
      'IPVS and all its schedulers',
      'ip_vs ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_lblc ip_vs_lblcr ip_vs_dh',
    ],
    ['more schedulers', 'ip_vs_sh ip_vs_mh ip_vs_sed ip_vs_nq ip_vs_fo ip_vs_ovf ip_vs_twos'],
    ['connection tracking', 'nf_conntrack nf_conntrack_netlink nf_nat br_netfilter'],
    ['legacy iptables', 'iptable_filter iptable_nat iptable_mangle iptable_raw ip6table_nat ip6table_filter'],
    [
      'what kube-proxy’s rules match',
      'xt_set xt_ipvs xt_comment xt_conntrack xt_mark xt_addrtype xt_statistic',
    ],
    ['what kube-proxy’s rules do', 'xt_MASQUERADE xt_REDIRECT xt_nat xt_recent xt_nfacct ipt_REJECT'],
    [
      'ipset',
      'ip_set ip_set_hash_ip ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet ip_set_bitmap_port',
    ],
    [
      'nf_tables',
      'nf_tables nft_chain_nat nft_masq nft_fib_inet nft_numgen nft_ct nft_reject_inet nft_compat',
    ],
    ['devices', 'dummy veth bridge 8021q vxlan macvlan ipvlan tun bonding vrf ifb ipip'],
    ['traffic control', 'sch_tbf sch_htb sch_netem sch_fq_codel sch_ingress cls_u32 cls_matchall act_mirred'],
    ['the rest', 'overlay loop zram sctp'],
  ])('has %s as modules', async (_, modules) => {
    const loaded = await lab.on('worker1', `modprobe -a ${modules} && cut -d ' ' -f 1 /proc/modules`);
    expect(loaded.split('\n')).toEqual(expect.arrayContaining(modules.split(' ')));
  });

  it('has no nf_conntrack_ipv4, as no kernel has had since 4.19', async () => {
    expect(await lab.on('worker1', 'modprobe nf_conntrack_ipv4 2>&1; true')).toContain('not found');
  });

  it('balances, translates and filters by each of the ways that kube-proxy has', async () => {
    const rule = '-t nat -A POSTROUTING -s 192.0.2.0/24 -m comment --comment lab -j MASQUERADE';
    const shown = await lab.on(
      'worker1',
      [
        `iptables-legacy ${rule} && iptables-legacy -t nat -S | grep -c lab`,
        `iptables-nft ${rule} && iptables-nft -t nat -S | grep -c lab`,
        'ip -6 address show dev lo | grep -c inet6',
        'ps aux >/dev/null && echo ps',
      ].join('\n'),
    );
    expect(shown.split('\n')).toEqual(['1', '1', '1', 'ps']);
  });
});

describe('the names of nodes', () => {
  const asked = [
    'getent hosts master1',
    'getent hosts worker1.lab',
    'getent hosts worker2 debian.org; echo $?',
  ].join('\n');

  it('are known in the lab, and no others are', async () => {
    const { master1, worker1 } = Object.fromEntries(
      lab.nodes.map(({ name: node, address }) => [node, address]),
    );
    // Further names of the same node may stand behind.
    const lines = (await lab.on('worker1', asked)).split('\n');
    const answers = lines.map((line) => line.split(/\s+/).slice(0, 2));
    expect(answers).toEqual([[master1, 'master1'], [worker1, 'worker1.lab'], ['2']]);
  });

  it('are known again by `lab up` after their server has died', async () => {
    const { resolver } = labFiles(name);
    process.kill((await resolverProcess(resolver)) ?? 0, 'SIGKILL');
    const silent = await program('lab', '--name', name, 'ssh', 'worker1', '--', 'getent hosts master1');
    expect(silent.exitCode).toBe(2);
    await program('lab', '--name', name, 'up', '--subnet', subnet, '--output', 'plain');
    expect(await lab.on('worker1', 'getent hosts master1')).toContain('master1');
  });
});

describe('a lab on a machine without seccomp filters', () => {
  const other = 'e2e-ptrace';
  let deny: string;

  beforeAll(async () => {
    deny = join(directory, 'deny');
    await execa('gcc', ['-o', deny, fileURLToPath(new URL('../support/deny.c', import.meta.url))]);
  });

  afterAll(() => program('lab', '--name', other, 'down'));

  it('runs by ptrace instead', async () => {
    const seccomp = '317';
    const up = ['lab', '--name', other, 'up', '--subnet', '100.73.0.0/16', '--output', 'plain'];
    const { exitCode, stderr } = await execa(deny, [seccomp, process.execPath, entry, ...up], {
      reject: false,
      stdin: 'ignore',
    });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('Check this machine: ptrace only, slower');
    expect(await userspaces(other)).toEqual(['ptrace', 'ptrace']);
  });
});

describe('a node that does not boot', () => {
  it('is told with the last lines of its kernel', async () => {
    await killLabNode(name, 'worker1');
    await writeFile(labFiles(name).node('worker1').disk, 'no disk at all');
    const up = await program('lab', '--name', name, 'up', '--subnet', subnet, '--output', 'plain');
    expect(up.exitCode).not.toBe(0);
    expect(up.stderr, tail(up)).toContain('the node worker1 ended while it booted');
    expect(up.stderr).toContain('Kernel panic - not syncing');
    expect(await userspaces(name)).toEqual([way, undefined]);
  });
});
