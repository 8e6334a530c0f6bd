// How the judge weighs what was seen: certain before likely, symptoms only alone, new pods before old ones.
import { describe, expect, it } from 'vitest';
import { judge, type Witness } from '../../../src/diagnosis/judge.ts';

const version = 'v1.37.2';

function witness(rest: Partial<Witness>): Witness {
  return { host: 'm1', source: 'kubelet', of: 'kubelet', lines: [], ...rest };
}

const swap = witness({ lines: ['running with swap on is not supported, please disable swap'] });
const refused = witness({ lines: ['dial tcp 10.0.0.1:6443: connect: connection refused'] });
const silent = witness({
  lines: ['dial unix /run/containerd/containerd.sock: connect: no such file or directory'],
});
const stopped = witness({ source: 'runtime-unit', of: 'containerd', lines: ['ActiveState=failed'] });

function ids(witnesses: readonly Witness[], rest = {}): readonly string[] {
  return judge(witnesses, { version, ...rest }).map(({ id }) => id);
}

describe('judge', () => {
  it('finds nothing in nothing', () => {
    expect(judge([], { version })).toEqual([]);
    expect(ids([witness({ lines: ['Starting kubelet'] })])).toEqual([]);
  });

  it('names what is certain before what is likely', () => {
    expect(ids([silent, swap])).toEqual(['kubelet.swap', 'runtime.silent']);
  });

  it('names a runtime that does not run before a kubelet that does not reach it', () => {
    expect(ids([silent, stopped])).toEqual(['runtime.down', 'runtime.silent']);
  });

  it('names a symptom only when nothing better is found', () => {
    expect(ids([refused])).toEqual(['kubelet.api-unreachable']);
    expect(ids([refused, swap])).toEqual(['kubelet.swap']);
  });

  it('names what the failed command says before what is as certain', () => {
    const memory = witness({ source: 'pod', of: 'pod a/b', lines: ['b: OOMKilled (exit code 137)'] });
    const denied = witness({
      source: 'output',
      of: 'the command',
      lines: ['admission webhook "x.y" denied the request: no'],
    });
    const full = witness({ source: 'runtime', of: 'containerd', lines: ['failed to load TOML from /x: y'] });
    expect(ids([full, memory, denied])).toEqual(['pods.webhook', 'runtime.config', 'pods.memory']);
  });

  it('leaves out what is no trouble yet', () => {
    const lines = ['Ready False KubeletNotReady cni plugin not initialized'];
    const node = witness({ source: 'node', of: 'node w1', node: 'w1', lines });
    expect(ids([node])).toEqual(['nodes.no-network']);
    expect(ids([node], { ignored: ['nodes.no-network'] })).toEqual([]);
  });

  it('blames no taint for what nodes lack, as one of two control planes has a taint of its own', () => {
    // As the API of a lab said, of a deployment that asks for 1000 processors.
    const lines = [
      'Unschedulable: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    ];
    expect(ids([witness({ source: 'pod', of: 'pod a/b-1', lines })])).toEqual(['pods.room']);
  });

  it('says why an image does not come, and not besides that it does not', () => {
    const lines = [
      'b: ImagePullBackOff: Back-off pulling image "b:1": ErrImagePull: failed to pull and unpack image "docker.io/library/b:1": failed to resolve reference "docker.io/library/b:1": failed to do request: Head "https://registry-1.docker.io/v2/library/b/manifests/1": dial tcp: lookup registry-1.docker.io: no such host',
    ];
    expect(ids([witness({ source: 'pod', of: 'pod a/b-1', lines })])).toEqual(['images.name-server']);
  });

  it('names a kubelet that is stopped before a node that is silent', () => {
    const lines = ['Ready Unknown NodeStatusUnknown Kubelet stopped posting node status.'];
    const node = witness({ source: 'node', of: 'node w1', node: 'w1', lines });
    const unit = witness({ host: 'w1', source: 'kubelet-unit', lines: ['ActiveState=inactive'] });
    expect(ids([node, unit])).toEqual(['nodes.kubelet-stopped', 'nodes.silent']);
  });

  it('goes by the version, and without one leaves out what only some versions say', () => {
    const lines = ['kubelet is configured to not run on a host using cgroup v1'];
    expect(ids([witness({ lines })])).toEqual(['kubelet.cgroup-v1']);
    expect(ids([witness({ lines })], { version: 'v1.30.1' })).toEqual([]);
    expect(ids([witness({ lines })], { version: undefined })).toEqual([]);
  });

  it('says the node of a pod, which another host has told of, and adds the pod’s last words', () => {
    const pod = witness({
      source: 'pod',
      of: 'pod a/b-1',
      node: 'w1',
      lines: ['b: CrashLoopBackOff: back-off 20s'],
    });
    const log = witness({
      source: 'pod-log',
      of: 'b of pod a/b-1',
      node: 'w1',
      lines: ['one', 'two', 'no database'],
    });
    const [found] = judge([pod, log], { version });
    expect(found?.id).toBe('pods.crash');
    expect(found?.evidence.map(({ source, lines }) => [source, lines])).toEqual([
      ['pod', ['b: CrashLoopBackOff: back-off 20s']],
      ['pod-log', ['two', 'no database']],
    ]);
  });

  it('takes nothing for fatal that an old pod says', () => {
    const lines = ['b: StartError (exit code 128): exec: "nope": executable file not found in $PATH'];
    const old = witness({ source: 'pod', of: 'pod a/b-old', lines, isOld: true });
    const young = witness({ source: 'pod', of: 'pod a/b-new', lines });
    expect(judge([old], { version })[0]?.isFatal).toBe(false);
    expect(judge([old, young], { version })[0]).toMatchObject({
      isFatal: true,
      evidence: [{ of: 'pod a/b-new' }, {}],
    });
  });

  it('shows few lines, however many there are', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `${index} running with swap on is not supported`);
    const witnesses = ['w1', 'w2', 'w3', 'w4'].map((host) => witness({ host, lines }));
    const [found] = judge(witnesses, { version });
    expect(found?.evidence.map(({ host, lines: shown }) => [host, shown.length])).toEqual([
      ['w1', 2],
      ['w2', 2],
    ]);
  });
});
