// What is offered at the cursor, on the table of the real commands.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Completion } from '../../../../src/cli/completion/candidate.ts';
import type { CommandRow } from '../../../../src/cli/completion/command-table.ts';
import table from '../../../../src/cli/completion/commands.json' with { type: 'json' };
import { complete } from '../../../../src/cli/completion/complete.ts';

const directory = mkdtempSync(join(tmpdir(), 'complete-'));
const inventory = join(directory, 'cluster.yaml');

beforeAll(() => {
  vi.stubEnv('XDG_STATE_HOME', join(directory, 'state'));
  writeFileSync(
    inventory,
    `hosts:
  - { name: master1, address: 192.0.2.1, roles: [control-plane] }
  - { name: worker1, address: 192.0.2.2, roles: [worker] }
  - { name: worker2, address: 192.0.2.3 }
  - { name: '$(touch /tmp/x)' }
  - { name: worker3, address: "x\\nmaster1$(touch /tmp/x)\\e[2J", roles: ["\\e[2J", worker] }
workloads: [{ namespace: user-a-ns }, { namespace: user-b-ns }]
`,
  );
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function at(...words: readonly string[]): Promise<Completion> {
  return complete(table as CommandRow, words, { directory, home: directory });
}

async function words(...line: readonly string[]): Promise<readonly string[]> {
  return (await at(...line)).candidates.map(({ word }) => word);
}

describe('commands', () => {
  it('are offered with what they do, at each level', async () => {
    expect(await words('')).toEqual(expect.arrayContaining(['up', 'plan', 'lab', 'completion']));
    expect(await words('u')).toEqual(['up', 'unbind']);
    expect((await at('up')).candidates).toEqual([
      { word: 'up', about: 'make or complete the cluster; a second run changes nothing' },
    ]);
    expect(await words('lab', '')).toEqual(['up', 'demo', 'down', 'prune', 'status', 'ssh', 'inventory']);
    expect(await words('-o', 'json', 'phase', 'r')).toEqual(['run']);
  });

  it('end where a command takes arguments', async () => {
    expect(await words('up', 'pl')).toEqual([]);
    expect(await words('no-such-command', '')).toEqual([]);
  });
});

describe('options', () => {
  it('are those of the command, without those that are given', async () => {
    expect(await words('up', '--l')).toEqual(['--limit', '--log-file']);
    expect(await words('up', '-l', 'worker1', '--l')).toEqual(['--log-file']);
    expect(await words('up', '--limit=worker1', '--l')).toEqual(['--log-file']);
    expect(await words('up', '-kK', '--ask')).toEqual([]);
    expect(await words('validate', '--l')).toEqual([]);
  });

  it('are offered short when only a dash is written', async () => {
    expect(await words('up', '-')).toEqual(expect.arrayContaining(['-l', '--limit']));
    expect(await words('up', '--')).not.toContain('-l');
  });

  it('are none behind a double dash', async () => {
    expect(await words('up', '--', '--l')).toEqual([]);
  });
});

describe('values', () => {
  it('are the words that an option allows', async () => {
    expect(await words('up', '--output', '')).toEqual(['pretty', 'plain', 'json']);
    expect(await words('up', '-o', 'p')).toEqual(['pretty', 'plain']);
    expect(await words('up', '--output=p')).toEqual(['--output=pretty', '--output=plain']);
    expect(await words('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('are unknown where only the user knows', async () => {
    expect(await at('up', '--timeout', '')).toEqual({ candidates: [] });
    expect(await at('up', 'a.yaml', '')).toEqual({ candidates: [] });
  });

  it('are files where the shell knows better', async () => {
    expect(await at('up', '')).toEqual({ candidates: [], files: 'yaml' });
    expect(await at('run', '')).toEqual({ candidates: [], files: 'yaml' });
    expect(await at('run', 'a.yaml', '-i', '')).toEqual({ candidates: [], files: 'yaml' });
    expect(await at('up', '--log-file', '')).toEqual({ candidates: [], files: 'any' });
    expect(await at('kubeconfig', 'a.yaml', '--write=')).toEqual({ candidates: [], files: 'any' });
  });
});

describe('the inventory', () => {
  it('gives its hosts, with role and address', async () => {
    expect(await at('up', inventory, '--limit', '')).toEqual({
      candidates: [
        { word: 'master1', about: 'control-plane 192.0.2.1' },
        { word: 'worker1', about: 'worker 192.0.2.2' },
        { word: 'worker2', about: '192.0.2.3' },
        { word: 'worker3', about: 'worker' },
      ],
      isOpen: true,
    });
  });

  it('gives the hosts that are not in the list yet', async () => {
    expect(await words('up', inventory, '-l', 'worker1,')).toEqual([
      'worker1,master1',
      'worker1,worker2',
      'worker1,worker3',
    ]);
    expect(await words('up', inventory, '--limit=worker1,w')).toEqual([
      '--limit=worker1,worker2',
      '--limit=worker1,worker3',
    ]);
  });

  it('gives its namespaces', async () => {
    expect(await words('status', inventory, '--namespace', '')).toEqual(['user-a-ns', 'user-b-ns']);
  });

  it('is the one that -i names, or in the home directory, or the only one that lies there', async () => {
    expect(await words('run', 'book.yaml', '-i', inventory, '-l', 'm')).toEqual(['master1']);
    expect(await words('run', 'book.yaml', '-l', 'm')).toEqual(['master1']);
    for (const home of ['~', '$HOME', '${HOME}'])
      expect(await words('up', `${home}/cluster.yaml`, '-l', 'm')).toEqual(['master1']);
    expect(await words('up', '--limit', 'm')).toEqual(['master1']);
  });

  it('is the argument of phase run, too, and not the playbook of run', async () => {
    const other = join(directory, 'state.other');
    writeFileSync(other, 'hosts: [{ name: elsewhere }]');
    expect(await words('phase', 'run', other, 'verify', '-l', '')).toEqual(['elsewhere']);
    expect(await words('run', other, '-l', 'm')).toEqual(['master1']);
  });

  it('is of no use when it cannot be read', async () => {
    expect(await words('up', join(directory, 'none.yaml'), '-l', '')).toEqual([]);
    expect(await words('up', directory, '-l', '')).toEqual([]);
    const large = join(directory, 'large');
    writeFileSync(large, `hosts: [{ name: a }]\n${'# long\n'.repeat(50_000)}`);
    expect(await words('up', large, '-l', '')).toEqual([]);
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect(await words('up', join(directory, 'pipe'), '-l', '')).toEqual([]);
  });

  it('may be unfinished', async () => {
    const broken = join(directory, 'state.broken');
    writeFileSync(broken, `hosts:\n  - name: "worker8"\n  - { name: 'worker9'`);
    expect(await words('up', broken, '-l', '')).toEqual(['worker8', 'worker9']);
  });
});

describe('phases', () => {
  it('are those of the command’s playbook', async () => {
    expect(await words('bind', inventory, '--skip', '')).toEqual(['check-addresses', 'bind-external-ips']);
    expect(await words('up', inventory, '--skip', 'verify,create-d')).toEqual(['verify,create-deployments']);
    expect(await words('phase', 'run', inventory, 'join-nodes', 'j')).toEqual([]);
    expect(await words('phase', 'run', inventory, 'verify', 'j')).toEqual(['join-nodes']);
  });
});

describe('labs', () => {
  it('give their names and their nodes', async () => {
    mkdirSync(join(directory, 'state/ipvs-bootstrap/lab/big'), { recursive: true });
    const nodes = [{ name: 'master1', role: 'control-plane', address: '100.67.151.2' }];
    writeFileSync(join(directory, 'state/ipvs-bootstrap/lab/big/lab.json'), JSON.stringify({ nodes }));
    expect(await words('lab', '--name', '')).toEqual(['big']);
    expect((await at('lab', '--name', 'big', 'ssh', '')).candidates).toEqual([
      { word: 'master1', about: 'control-plane 100.67.151.2' },
    ]);
    expect(await words('lab', 'ssh', '')).toEqual([]);
    expect(await words('lab', '--name', '../lab/big', 'ssh', '')).toEqual([]);
  });

  it('leave the command that runs on a node alone', async () => {
    expect(await words('lab', 'ssh', 'master1', '-')).toEqual([]);
    expect(await words('lab', 'ssh', 'master1', 'ls', '--')).toEqual([]);
  });
});
