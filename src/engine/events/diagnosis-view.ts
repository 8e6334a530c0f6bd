// Causes and what was seen, as events show them.
import { defined } from '../../core/defined.ts';
import type { Finding, Witness } from '../../diagnosis/judge.ts';
import type { CauseView, SightingView } from './events.ts';

export function causeView({ id, certainty, message, hint, evidence }: Finding): CauseView {
  return { id, certainty, message, hint, evidence: evidence.map(sightingView) };
}

export function sightingView({ host, source, of, node, lines }: Witness): SightingView {
  return { host, source, of, ...defined({ node }), lines };
}
