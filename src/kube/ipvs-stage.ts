// How far kube-proxy's IPVS mode has come in each version, from its first day to the last one planned.
import { isSince, type KubernetesVersion } from './version.ts';

export type IpvsStage = 'alpha' | 'beta' | 'stable' | 'deprecated' | 'planned off' | 'planned gone';

/** Newest first. – CL1.8, CL1.9 #56623, CL1.11 #58442, #134539, KEP-5495 */
const stages: readonly (readonly [from: string, stage: IpvsStage])[] = [
  ['1.43', 'planned gone'],
  ['1.40', 'planned off'],
  ['1.35', 'deprecated'],
  ['1.11', 'stable'],
  ['1.9', 'beta'],
  ['1.8', 'alpha'],
];

/** The stage of a version that has the mode at all. */
export function ipvsStage(version: KubernetesVersion): IpvsStage {
  return stages.find(([from]) => isSince(version, from))?.[1] ?? 'alpha';
}
