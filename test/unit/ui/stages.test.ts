import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runStages } from '../../../src/ui/stages.ts';
import { recordingOutput } from '../../support/recording-output.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('says in a log every half minute what a long stage is at', async () => {
  const output = recordingOutput('plain');
  const stage = {
    title: 'Boot 2 nodes',
    run: async (report: (line: string) => void) => {
      report('waiting for worker1');
      await vi.advanceTimersByTimeAsync(61_000);
      return 'SSH to 2 nodes';
    },
  };
  await runStages([stage], output, new AbortController().signal);
  expect(output.progressed).toEqual([
    'Boot 2 nodes …',
    'Boot 2 nodes: 30.0 s so far: waiting for worker1',
    'Boot 2 nodes: 1 min 00 s so far: waiting for worker1',
    'Boot 2 nodes: SSH to 2 nodes, 1 min 01 s',
  ]);
});

it('says nothing between in JSON', async () => {
  const output = recordingOutput('json');
  const stage = {
    title: 'Boot',
    run: async () => {
      await vi.advanceTimersByTimeAsync(61_000);
      return 'done';
    },
  };
  await runStages([stage], output, new AbortController().signal);
  expect(output.results.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
    'stage.finished',
  ]);
});
