// The steps that take somebody's iptables chains away, with one program; everybody else's rules stay.
import { cmd } from '../../core/command.ts';
import { count } from '../../core/count.ts';
import type { IptablesRules } from '../../facts/network/iptables-rules.ts';
import type { ExecStep } from '../operation.ts';
import { doomedChains, removalLines, type ChainOwner } from './doomed-chains.ts';

/**
 * @param whose for the step's title
 * @param owner whose chains they are; by default those of Kubernetes and our pod network
 */
export function chainRemovals(
  { program, tables }: IptablesRules,
  whose: string,
  owner?: ChainOwner,
): readonly ExecStep[] {
  const affected = tables
    .map((table) => ({ table, doomed: doomedChains(table, owner) }))
    .filter(({ doomed }) => doomed.length > 0);
  if (affected.length === 0) return [];
  const chains = affected.reduce((sum, { doomed }) => sum + doomed.length, 0);
  return [
    {
      kind: 'exec',
      title: `remove ${count(chains, 'chain')} of ${whose} (${program})`,
      // Without --noflush it would empty every table it touches.
      command: cmd`${`${program}-restore`} --noflush --wait=10`,
      stdin: affected
        .flatMap(({ table, doomed }) => removalLines(table, doomed))
        .map((line) => `${line}\n`)
        .join(''),
    },
  ];
}
