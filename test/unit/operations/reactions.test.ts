// What operations say about steps that earlier tasks of the same run decide.
import { describe, expect, it } from 'vitest';
import { podNetworkConfigured } from '../../../src/operations/cluster-network/pod-network-configured.ts';
import { sysctlSet } from '../../../src/operations/kernel/sysctl-set.ts';
import type { FactReader, PlannedChange } from '../../../src/operations/operation.ts';
import { containerdConfigured } from '../../../src/operations/software/containerd-configured.ts';
import { imagesPulled } from '../../../src/operations/software/images-pulled.ts';
import { unitCurrent } from '../../../src/operations/systemd/unit-current.ts';
import { unitEnabled } from '../../../src/operations/systemd/unit-enabled.ts';
import { unitRunning } from '../../../src/operations/systemd/unit-running.ts';

const written = (path: string): PlannedChange => ({ operation: 'file.present', isHere: true, path });
const elsewhere = (path: string): PlannedChange => ({ ...written(path), isHere: false });
const running = unitRunning.args.parse({
  unit: 'containerd.service',
  restartWhenNewer: ['/etc/containerd.toml'],
});

describe('a service', () => {
  it.each([
    [written('/etc/containerd.toml'), true],
    [elsewhere('/etc/containerd.toml'), false],
    [written('/etc/other.toml'), false],
    [written('/etc/systemd/system/containerd.service'), true],
    [written('/etc/systemd/system/containerd.service.d/10-x.conf'), true],
    [written('/etc/systemd/system/other-containerd.service'), false],
    [{ operation: 'file.present', isHere: true }, false],
  ])('that runs reacts to %j: %s', (change, isAffected) => {
    expect(unitRunning.reactsTo?.(running, change)).toBe(isAffected);
  });

  it('that is only enabled reacts to its own unit alone', () => {
    const args = { unit: 'kubelet.service' };
    expect(unitEnabled.reactsTo?.(args, written('/etc/systemd/system/kubelet.service'))).toBe(true);
    expect(unitEnabled.reactsTo?.(args, written('/etc/kubelet.conf'))).toBe(false);
  });

  it('that is never started reacts to its files', () => {
    const args = { unit: 'containerd.service', restartWhenNewer: ['/etc/containerd.toml'] };
    expect(unitCurrent.reactsTo?.(args, written('/etc/containerd.toml'))).toBe(true);
    expect(unitCurrent.reactsTo?.(args, elsewhere('/etc/containerd.toml'))).toBe(false);
  });

  it.each([
    ['not-found', 'containerd.service is not there yet'],
    ['loaded', undefined],
  ])('whose unit is %s leaves open: %s', (load, unsettled) => {
    const state = { load, active: 'inactive', sub: 'dead', unitFile: '', needsReload: false, newer: [] };
    expect(unitRunning.plan(running, answering(state)).unsettled).toBe(unsettled);
  });
});

it('a kernel setting that is not there yet is left open', () => {
  const args = sysctlSet.args.parse({ values: { 'net.bridge.bridge-nf-call-iptables': 1 } });
  const found = (value: string | null) =>
    ({
      get: ({ name }: { name: string }) =>
        name.startsWith('file') ? null : { 'net.bridge.bridge-nf-call-iptables': value },
    }) as FactReader;
  expect(sysctlSet.plan(args, found(null)).unsettled).toBe(
    'the kernel has no net.bridge.bridge-nf-call-iptables yet',
  );
  expect(sysctlSet.plan(args, found('0')).unsettled).toBeUndefined();
});

it.each([
  ['node.joined', true],
  ['control-plane.initialized', true],
  ['file.present', false],
])('the routes to pods hang on %s: %s', (operation, isAffected) => {
  expect(podNetworkConfigured.reactsTo?.({} as never, { operation, isHere: false })).toBe(isAffected);
});

function answering(value: unknown): FactReader {
  return { get: () => value } as FactReader;
}

it("containerd's configuration is left open while there is no containerd, or no CNI plugin", () => {
  const args = containerdConfigured.args.parse({
    pauseImage: 'pause',
    cniDirectories: ['/usr/lib/cni', '/opt/cni/bin'],
  });
  const plan = (version: string | null, found: readonly string[]) => {
    const facts: Record<string, unknown> = { 'containerd.version': version, 'host.programs': found };
    return containerdConfigured.plan(args, {
      get: ({ name }: { name: string }) => facts[name] ?? null,
    } as FactReader);
  };
  expect(plan(null, []).unsettled).toBe('there is no containerd yet');
  expect(plan('1.6.20', []).unsettled).toBe('none of /usr/lib/cni/bridge, /opt/cni/bin/bridge is there yet');
  expect(plan('1.6.20', ['/opt/cni/bin/bridge']).unsettled).toBeUndefined();
});

it.each([
  [{ operation: 'binaries.installed', isHere: true, path: '/usr/local/bin/kubeadm' }, true],
  [{ operation: 'packages.installed', isHere: true }, true],
  [{ operation: 'kubernetes-packages.installed', isHere: true }, true],
  [{ operation: 'binaries.installed', isHere: false, path: '/usr/local/bin/kubeadm' }, false],
  [written('/etc/containerd/config.toml'), false],
])('the images to pull hang on the kubeadm that is installed: %j: %s', (change, isAffected) => {
  expect(imagesPulled.reactsTo?.({} as never, change)).toBe(isAffected);
});
