// How steps travel: together where they are quick, alone where they are not, uploads with their checks.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cmd } from '../../../../src/core/command.ts';
import type { Step, UploadStep } from '../../../../src/operations/operation.ts';
import type { FakeNetwork } from '../../../support/fake-host.ts';
import { flights, network, ofType, operation, phase, runOn, task } from '../support.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'apply-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const exec = (title: string, more: Partial<Step> = {}): Step => ({
  kind: 'exec',
  title,
  command: cmd`note ${title}`,
  ...(more as object),
});

async function apply(fake: FakeNetwork, steps: readonly Step[], on = ['m1']) {
  const notes: string[] = [];
  for (const machine of fake.machines.values()) {
    machine.knows('note', ({ name }, { words: [, title = ''] }) => {
      notes.push(`${name} ${title}`);
      return undefined;
    });
  }
  const act = operation(() => ({ steps }), { repeats: 'in this test' });
  return { notes, ...(await runOn(fake, [phase('one', task('Act', act, { on }))])) };
}

describe('quick steps', () => {
  it('share a round trip, and their events come in order', async () => {
    const fake = network('m1');
    const { events } = await apply(fake, [exec('a'), exec('b'), exec('c')]);
    expect(flights(fake)).toEqual({ m1: 1 });
    expect(events.flatMap((event) => ('step' in event ? [`${event.type} ${event.step.title}`] : []))).toEqual(
      ['a', 'b', 'c'].flatMap((title) => [`step.started ${title}`, `step.finished ${title}`]),
    );
  });

  it('do not wait for more than sixteen before an interruption is noticed', async () => {
    const fake = network('m1');
    await apply(
      fake,
      Array.from({ length: 17 }, (_, index) => exec(`s${index}`)),
    );
    expect(flights(fake)).toEqual({ m1: 2 });
  });

  it('on another host are done there, in their order', async () => {
    const fake = network('m1', 'w1');
    const { notes } = await apply(fake, [exec('a'), exec('b', { on: 'm1' }), exec('c')], ['w1']);
    expect(notes).toEqual(['w1 a', 'm1 b', 'w1 c']);
  });
});

describe('steps that may take long', () => {
  it('go alone', async () => {
    const fake = network('m1');
    await apply(fake, [exec('a'), exec('b', { timeoutMs: 600_000 }), exec('c'), exec('d')]);
    expect(flights(fake)).toEqual({ m1: 3 });
  });
});

describe('uploads', () => {
  const localPath = path.join(folder, 'kubeadm');
  writeFileSync(localPath, 'binary');
  const upload = (content: string): UploadStep => ({
    kind: 'upload',
    title: 'send kubeadm',
    localPath,
    path: '/usr/local/bin/kubeadm',
    mode: 0o755,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: 6,
  });

  it('are checked, renamed and shown as they go, in two round trips', async () => {
    const fake = network('m1');
    const { events } = await apply(fake, [upload('binary')]);
    expect(fake.machine('m1').files).toEqual(
      new Map([['/usr/local/bin/kubeadm', { content: 'binary', mode: 0o755 }]]),
    );
    expect(ofType(events, 'step.progress').map(({ fraction }) => fraction)).toEqual([0.5, 1]);
    expect(flights(fake)).toEqual({ m1: 2 });
  });

  it('that arrive damaged fail the step', async () => {
    const fake = network('m1');
    const { codes, errors } = await apply(fake, [upload('another')]);
    expect(codes).toEqual(['command.failed']);
    expect(errors[0]?.detail).toBe('the file arrived damaged');
    expect(fake.machine('m1').files.size).toBe(0);
  });
});
