// How people are told why something failed or takes long.
import { describe, expect, it } from 'vitest';
import type { SightingView } from '../../../src/engine/events/events.ts';
import { diagnosisLines } from '../../../src/ui/diagnosis-text.ts';
import type { EventOf } from '../../../src/ui/handlers.ts';
import { createStyle } from '../../../src/ui/style.ts';

const style = createStyle(false);

type Diagnosed = EventOf<'task.diagnosed'>;

const log: SightingView = {
  host: 'm1',
  source: 'pod-log',
  of: 'kube-proxy of pod kube-system/kube-proxy-x',
  node: 'w1',
  lines: ['exec: "iptables": executable file not found in $PATH'],
};

function diagnosed(changes: Partial<Diagnosed>): Diagnosed {
  return {
    type: 'task.diagnosed',
    time: '2026-01-01T00:00:00.000Z',
    phase: 'p',
    task: 't',
    host: 'm1',
    when: 'failed',
    causes: [],
    seen: [],
    ...changes,
  };
}

const cause = {
  id: 'a.b',
  certainty: 'sure',
  message: 'it lacks iptables',
  hint: 'Bring it.',
  evidence: [log],
} as const;

describe('diagnosisLines', () => {
  it('says the cause, the lines that say so with their place, and what to do', () => {
    expect(diagnosisLines(diagnosed({ causes: [cause] }), style)).toEqual([
      '  likely cause: it lacks iptables [a.b]',
      '    m1, log of kube-proxy of pod kube-system/kube-proxy-x: exec: "iptables": executable file not found in $PATH',
      '  hint: Bring it.',
      '  look closer: kubectl -n kube-system logs kube-proxy-x -c kube-proxy; docs/diagnosis.md',
    ]);
  });

  it.each([
    [{ source: 'kubelet', of: 'kubelet' }, 'journalctl -u kubelet on m1; '],
    [{ source: 'kubelet-unit', of: 'kubelet' }, 'journalctl -u kubelet on m1; '],
    [{ source: 'node', of: 'node w1', node: 'w1' }, 'journalctl -u kubelet on w1; '],
    [{ source: 'runtime-unit', of: 'crio' }, 'journalctl -u crio on m1; '],
    [{ source: 'cri', of: 'containerd' }, 'journalctl -u containerd on m1; '],
    [{ source: 'pod', of: 'pod a/b-1', node: 'w1' }, 'kubectl -n a describe pod b-1; '],
    [{ source: 'event', of: 'replicaset a/b' }, 'kubectl -n a describe replicaset b; '],
    [{ source: 'container', of: 'b of pod a/b-1' }, 'kubectl -n a logs b-1 -c b; '],
    [{ source: 'output', of: 'the command' }, ''],
    [{ source: 'disk', of: 'disks' }, ''],
    [{ source: 'api', of: 'the API server' }, ''],
  ] as const)('names where to look closer at %j', (place, closer) => {
    const evidence = [{ host: 'm1', lines: ['no'], ...place }];
    const lines = diagnosisLines(diagnosed({ causes: [{ ...cause, evidence }] }), style);
    expect(lines.at(-1)).toBe(`  look closer: ${closer}docs/diagnosis.md`);
  });

  it('names the same place to look closer at once, and three at most', () => {
    const evidence = ['b-1', 'b-1', 'b-2', 'b-3', 'b-4'].map((name): SightingView => ({
      host: 'm1',
      source: 'event',
      of: `pod a/${name}`,
      lines: ['no'],
    }));
    const lines = diagnosisLines(diagnosed({ causes: [{ ...cause, evidence }] }), style);
    expect(lines.at(-1)?.match(/b-\d/g)).toEqual(['b-1', 'b-2', 'b-3']);
  });

  it('names further causes, and calls a symptom no more than possible', () => {
    const symptom = { ...cause, id: 'c.d', certainty: 'symptom', message: 'slow', evidence: [] } as const;
    const lines = diagnosisLines(diagnosed({ causes: [symptom, cause] }), style);
    expect(lines[0]).toBe('  possible cause: slow [c.d]');
    expect(lines).toContain('  also: it lacks iptables [a.b]');
  });

  it('shows the last words where no cause is known, those of pods first', () => {
    const kubelet: SightingView = {
      host: 'w1',
      source: 'kubelet',
      of: 'kubelet',
      lines: ['one', 'two', 'three'],
    };
    expect(diagnosisLines(diagnosed({ seen: [kubelet, log] }), style)).toEqual([
      '  no known cause was found; what was seen last:',
      '    m1, log of kube-proxy of pod kube-system/kube-proxy-x: exec: "iptables": executable file not found in $PATH',
      '    w1, journalctl -u kubelet: two',
      '    w1, journalctl -u kubelet: three',
    ]);
  });

  it('says nothing when nothing was seen but what the error shows already', () => {
    const output: SightingView = { host: 'm1', source: 'output', of: 'the command', lines: ['no'] };
    expect(diagnosisLines(diagnosed({ seen: [output] }), style)).toEqual([]);
  });

  it('cuts long lines', () => {
    const long = { ...log, lines: ['x'.repeat(1000)] };
    const [, line = ''] = diagnosisLines(diagnosed({ causes: [{ ...cause, evidence: [long] }] }), style);
    expect(line.length).toBeLessThan(400);
    expect(line.endsWith('…')).toBe(true);
  });
});
