// What the operations on systemd services share: enabling, reading units again, and what keeps a unit from running.
import { cmd, script } from '../../core/command.ts';
import { isStopped, type UnitState } from '../../facts/host/unit.ts';
import type { PlannedChange, Problem, Step } from '../operation.ts';

/** A masked unit was masked by somebody on purpose, so it is left to people. */
export function unitProblems(unit: string, { load, unitFile }: UnitState): readonly Problem[] {
  if (load !== 'masked' && !unitFile.startsWith('masked')) return [];
  return [{ message: `${unit} is masked`, hint: `Allow it to run: "systemctl unmask ${unit}".` }];
}

/** Whether a change concerns the unit's own files, which systemd then reads anew. */
export function changesUnit(unit: string, { isHere, path = '' }: PlannedChange): boolean {
  if (!isHere || !path.includes('/systemd/system/')) return false;
  return path.endsWith(`/${unit}`) || path.includes(`/${unit}.d/`);
}

/** For a unit that a package or an earlier task may still bring. */
export function unsettledUnit(unit: string, { load }: UnitState): { readonly unsettled?: string } {
  return load === 'not-found' ? { unsettled: `${unit} is not there yet` } : {};
}

/** For unit files that systemd has not read, or not since they changed. */
export function reloadSteps({ needsReload, load }: UnitState): readonly Step[] {
  return needsReload || load === 'not-found' ? [readUnitsStep] : [];
}

export const readUnitsStep: Step = {
  kind: 'exec',
  title: 'have systemd read its units again',
  command: script('systemctl daemon-reload'),
};

export function enableStep(unit: string): Step {
  return { kind: 'exec', title: `enable ${unit}`, command: cmd`systemctl -q enable ${unit}` };
}

export function startStep(unit: string): Step {
  return { kind: 'exec', title: `start ${unit}`, command: cmd`systemctl start ${unit}` };
}

/** Static, generated and the like need no enabling. */
export function enableSteps(unit: string, { unitFile }: UnitState): readonly Step[] {
  if (!['disabled', 'linked', 'bad', ''].includes(unitFile)) return [];
  return [enableStep(unit)];
}

/** Stops a unit that runs or is about to. */
export function stopSteps(unit: string, state: UnitState): readonly Step[] {
  if (isStopped(state)) return [];
  return [{ kind: 'exec', title: `stop ${unit}`, command: cmd`systemctl stop ${unit}` }];
}

/** Keeps a unit from starting at boot. */
export function disableSteps(unit: string, { unitFile }: UnitState): readonly Step[] {
  if (!unitFile.startsWith('enabled')) return [];
  return [{ kind: 'exec', title: `disable ${unit}`, command: cmd`systemctl -q disable ${unit}` }];
}
