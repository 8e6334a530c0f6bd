// Completion in the real shells: keys are typed on a terminal, and the line is what the shell makes of it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShellSession, shells } from '../../support/shell-session.ts';

const inventory = `hosts:
  - { name: master1, address: 192.0.2.1, roles: [control-plane] }
  - { name: worker1, address: 192.0.2.2, roles: [worker] }
  - { name: worker2, address: 192.0.2.3, roles: [worker] }
workloads: [{ namespace: user-a-ns }, { namespace: team-b }]
`;

/** Its texts would do harm if a shell or a terminal took them for anything but texts. */
const hostile = String.raw`hosts:
  - { name: "$(touch executed)" }
  - { name: "good\n$(touch executed)" }
  - { name: master1, address: "x\ngood$(touch executed)\e[2J", roles: ["\e[2J", "$(touch executed)"] }
  - { name: other2, address: 192.0.2.2 }
`;

const tab = '\t';

describe.each(shells)('%s', (shell) => {
  const directory = mkdtempSync(join(tmpdir(), `completion-${shell}-`));
  const session = new ShellSession(shell, directory);

  beforeAll(async () => {
    mkdirSync(join(directory, 'inventories'));
    writeFileSync(join(directory, 'inventories', 'cluster.yaml'), inventory);
    writeFileSync(join(directory, 'inventories', 'clutter.txt'), '');
    writeFileSync(join(directory, 'inventories', 'my own.yaml'), inventory);
    writeFileSync(join(directory, 'inventories', 'hostile.yaml'), hostile);
    writeFileSync(join(directory, 'inventories', '$(touch executed).yaml'), inventory);
    mkdirSync(join(directory, 'a=b:c'));
    writeFileSync(join(directory, 'a=b:c', 'cluster.yaml'), inventory);
    await session.ready();
  });
  afterAll(async () => {
    await session.stop();
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['a command', 'ipvs-bootstrap stat', 'ipvs-bootstrap status'],
    ['a command of a command', 'ipvs-bootstrap phase r', 'ipvs-bootstrap phase run'],
    ['an option', 'ipvs-bootstrap up --lim', 'ipvs-bootstrap up --limit'],
    ['a value', 'ipvs-bootstrap up -o js', 'ipvs-bootstrap up -o json'],
    ['a value behind =', 'ipvs-bootstrap up --output=js', 'ipvs-bootstrap up --output=json'],
    ['an inventory', 'ipvs-bootstrap up inventories/cl', 'ipvs-bootstrap up inventories/cluster.yaml'],
    [
      'an inventory at home',
      'ipvs-bootstrap up ~/inventories/cl',
      `ipvs-bootstrap up ${directory}/inventories/cluster.yaml`,
    ],
    [
      'an inventory behind =',
      'ipvs-bootstrap run x.yaml --inventory=inventories/cl',
      'ipvs-bootstrap run x.yaml --inventory=inventories/cluster.yaml',
    ],
    [
      'any file behind =',
      'ipvs-bootstrap up x.yaml --log-file=inventories/clut',
      'ipvs-bootstrap up x.yaml --log-file=inventories/clutter.txt',
    ],
    [
      'an inventory with a blank',
      String.raw`ipvs-bootstrap up inventories/my\ o`,
      'ipvs-bootstrap up inventories/my own.yaml',
    ],
    [
      'an inventory where bash cuts words',
      'ipvs-bootstrap up a=b:c/cl',
      'ipvs-bootstrap up a=b:c/cluster.yaml',
    ],
    [
      'a host of the inventory',
      'ipvs-bootstrap up inventories/cluster.yaml --limit ma',
      'ipvs-bootstrap up inventories/cluster.yaml --limit master1',
    ],
    [
      'a host behind = and a comma',
      'ipvs-bootstrap up inventories/cluster.yaml --limit=worker1,ma',
      'ipvs-bootstrap up inventories/cluster.yaml --limit=worker1,master1',
    ],
    [
      'a host of an inventory with a blank in its name',
      String.raw`ipvs-bootstrap up inventories/my\ own.yaml -l ma`,
      'ipvs-bootstrap up inventories/my own.yaml -l master1',
    ],
    [
      'a namespace',
      'ipvs-bootstrap status inventories/cluster.yaml --namespace us',
      'ipvs-bootstrap status inventories/cluster.yaml --namespace user-a-ns',
    ],
    [
      'a phase',
      'ipvs-bootstrap phase run inventories/cluster.yaml join',
      'ipvs-bootstrap phase run inventories/cluster.yaml join-nodes',
    ],
  ])('completes %s', async (_, typed, wanted) => {
    expect(await session.line(`${typed}${tab}`)).toBe(wanted);
  });

  it('goes on with the inventory in a directory', async () => {
    const typed = `ipvs-bootstrap up inv${tab}cl${tab}`;
    expect(await session.line(typed)).toBe('ipvs-bootstrap up inventories/cluster.yaml');
  });

  it('goes on behind a host in a list', async () => {
    const typed = `ipvs-bootstrap up inventories/cluster.yaml --limit ma${tab},worker2`;
    // fish puts a blank behind everything but a few signs.
    const comma = shell === 'fish' ? ' ,' : ',';
    expect(await session.line(typed)).toBe(
      `ipvs-bootstrap up inventories/cluster.yaml --limit master1${comma}worker2`,
    );
  });

  it('lists what there is', async () => {
    const typed = `ipvs-bootstrap up inventories/cluster.yaml --limit ${tab}`;
    const shown = await session.offers(typed, ['master1', 'worker1', 'worker2']);
    // bash shows words only.
    if (shell === 'bash') expect(shown).not.toContain('192.0.2.1');
    else expect(shown).toContain('control-plane 192.0.2.1');
  });

  it('executes nothing that is written on the line', async () => {
    const typed = `ipvs-bootstrap up '$(touch ${directory}/executed)' --limit ma${tab}`;
    expect(await session.line(typed)).toContain('--limit ma');
    await session.offers(`ipvs-bootstrap up inventories/hostile.yaml --limit ${tab}`, ['master1', 'other2']);
    const good = `ipvs-bootstrap up inventories/hostile.yaml --limit goo${tab}`;
    expect(await session.line(good)).toMatch(/--limit goo$/);
    await session.offers(`ipvs-bootstrap up inventories/${tab}`, ['hostile.yaml', 'cluster.yaml']);
    expect(existsSync(join(directory, 'executed'))).toBe(false);
  });
});
