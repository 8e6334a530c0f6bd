// Preflight checks between hosts: names and machine ids must differ, clocks must not.
import type { HostSystem } from '../../facts/host/host-system.ts';
import { problem, type Finding } from './finding.ts';

export interface Peer {
  readonly name: string;
  readonly system: HostSystem;
}

interface Names {
  readonly node: string;
  readonly peers: readonly string[];
}

/** Certificates are valid from the second they are made; the rest is the time between the probes of two hosts. */
const allowedSkewSeconds = 60;

export function checkPeers(names: Names, system: HostSystem, others: readonly Peer[]): readonly Finding[] {
  return [...checkNames(names), ...checkMachineIds(system, others), ...checkClock(names, system, others)];
}

function checkNames({ node, peers }: Names): readonly Finding[] {
  if (peers.filter((peer) => peer === node).length < 2) return [];
  return [problem('names', `there are two hosts called ${node}`, 'Give each host a name of its own.')];
}

function checkMachineIds({ machineId }: HostSystem, others: readonly Peer[]): readonly Finding[] {
  if (!/^[0-9a-f]{32}$/.test(machineId)) return [];
  const twins = others.filter(({ system }) => system.machineId === machineId).map(({ name }) => name);
  if (twins.length === 0) return [];
  const hint = 'Cloned disks share it: "rm -f /etc/machine-id && systemd-machine-id-setup", then reboot.';
  return [problem('machine-id', `the machine id is the same as on ${twins.join(', ')}`, hint)];
}

/** Compared with one host, the first, so that one wrong clock is reported once. */
function checkClock({ peers }: Names, system: HostSystem, others: readonly Peer[]): readonly Finding[] {
  const reference = others.find(({ name }) => name === peers[0]);
  if (reference === undefined) return [];
  const skew = system.epoch - reference.system.epoch;
  if (Math.abs(skew) <= allowedSkewSeconds) return [];
  const direction = skew < 0 ? 'behind' : 'ahead of';
  const message = `the clock is ${Math.abs(skew)} s ${direction} that of ${reference.name}`;
  return [problem('clock', message, 'Set it, best by NTP: certificates and leases depend on it.')];
}
