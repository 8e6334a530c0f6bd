// The list of findings: what is wrong, where, what was expected, what to do. The same one on several nodes stands once.
import { groupBy } from '../../core/group-by.ts';
import { html, type Html } from './html.ts';
import type { Finding, Proof } from './proof.ts';

/** Cards for findings and for hosts that could not be looked at; nothing when there are none. */
export function findingList({ findings, failures }: Proof): Html {
  const cards = [...failures.map(failureCard), ...alike(findings).map(findingCard)];
  if (cards.length === 0) return html``;
  return html`<section aria-labelledby="findings">
    <h2 id="findings">What is wrong</h2>
    <ol class="findings">
      ${cards}
    </ol>
  </section>`;
}

export function warningList({ warnings }: Proof): Html {
  if (warnings.length === 0) return html``;
  const items = warnings.map(({ host, message }) => html`<li><b>${host}</b> ${message}</li>`);
  return html`<section aria-labelledby="warnings">
    <h2 id="warnings">Worth a thought</h2>
    <ul class="warnings">
      ${items}
    </ul>
  </section>`;
}

/** Findings that differ in their node only. */
export function alike(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  return [...groupBy(findings, differenceKey).values()];
}

function differenceKey(finding: Finding): string {
  const { kind, address, port, protocol, realServer, expected, actual, message } = finding;
  // What names no place and no difference is told apart by its words.
  const words = address === null && expected === null && actual === null ? message : null;
  return JSON.stringify([kind, address, port, protocol, realServer, expected, actual, words]);
}

function findingCard(findings: readonly [Finding, ...Finding[]]): Html {
  const [{ kind, message, hint, expected, actual }, ...others] = findings;
  const nodes = [...new Set(findings.map(({ node }) => node ?? 'the whole cluster'))];
  const anchors = findings.map(({ number }) => html`<span id="finding-${number}"></span>`);
  const also =
    others.length === 0
      ? undefined
      : html`<p class="also">The same on ${nodes.slice(1).join(', ') || 'it once more'}.</p>`;
  return html`<li class="finding">
    ${anchors}
    <p class="tags">
      <span class="tag">✗ ${kind}</span>${nodes.map((node) => html`<span class="tag place">${node}</span>`)}
    </p>
    <p class="message">${sentence(message)}</p>
    ${also} ${differenceList(expected, actual)}${hintLine(hint)}
  </li>`;
}

function failureCard({ host, error }: Proof['failures'][number]): Html {
  const detail =
    error.detail === undefined || error.detail === '' ? undefined : html`<pre>${error.detail}</pre>`;
  return html`<li class="finding">
    <p class="tags"><span class="tag">✗ ${error.code}</span><span class="tag place">${host}</span></p>
    <p class="message">${sentence(error.message)}</p>
    ${detail}${hintLine(error.hint ?? null)}
  </li>`;
}

function differenceList(expected: string | null, actual: string | null): Html {
  if (expected === null && actual === null) return html``;
  return html`<dl class="difference">
    <div>
      <dt>expected</dt>
      <dd class="mono">${expected ?? 'nothing'}</dd>
    </div>
    <div>
      <dt>found</dt>
      <dd class="mono">${actual ?? 'nothing'}</dd>
    </div>
  </dl>`;
}

function hintLine(hint: string | null): Html {
  return hint === null ? html`` : html`<p class="hint"><b>What to do:</b> ${sentence(hint)}</p>`;
}

/** With a capital and a full stop, unless it begins with a name such as worker1. */
function sentence(text: string): string {
  const isEnded = /[.!?:]$/.test(text);
  return `${text}${isEnded ? '' : '.'}`;
}
