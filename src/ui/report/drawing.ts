// The picture of one external address: the address, the nodes that serve it, their virtual server, and the pods.
import { endpointOf, isBad, type DrawnAddress, type GroupBackend, type NodeGroup } from './groups.ts';
import { html, type Html } from './html.ts';
import type { Finding } from './proof.ts';

/** More nodes than this are counted, not named, in the picture; a click shows the names. */
const mostNames = 6;

/** A box with a lane for each group of nodes. */
export function drawing(drawn: DrawnAddress): Html {
  const { address, port, protocol, services, groups, findings } = drawn;
  return html`<article class="address">
    <div class="box source${findings.length > 0 ? ' bad' : ''}">
      <span class="label">external IP</span><strong class="mono">${address}</strong
      ><span class="mono">${protocol} port ${port}</span
      ><span class="service">${services.join(', ')}</span>${marks(findings)}
    </div>
    <ol class="lanes">
      ${groups.map((group) => lane(group, drawn))}
    </ol>
  </article>`;
}

function lane(group: NodeGroup, { address, port, protocol }: DrawnAddress): Html {
  const { nodes, scheduler, heldOn, backends, findings } = group;
  const isOne = nodes.length === 1;
  const held =
    heldOn.length === 0
      ? `${isOne ? 'does' : 'do'} not hold the address`
      : `${isOne ? 'holds' : 'hold'} it on ${heldOn.join(', ')}`;
  const server =
    scheduler === null
      ? html`<div class="box server gone">
          <span class="label">virtual server</span><strong>missing</strong
          ><span class="mono">${protocol} ${address}:${port}</span>
        </div>`
      : html`<div class="box server">
          <span class="label">virtual server</span><strong class="mono">${scheduler}</strong
          ><span>${schedulerWords(scheduler)}</span>
        </div>`;
  return html`<li class="lane${isBad(group) ? ' bad' : ''}">
    <div class="box nodes">
      <span class="label">${isOne ? 'node' : `${nodes.length} nodes alike`}</span
      >${nodeNames(nodes)}<span>${held}</span>${marks(findings)}
    </div>
    ${arrow} ${server} ${arrow}
    <ul class="pods">
      ${backends.length === 0 ? html`<li class="box pod gone"><strong>no pods</strong><span>nothing is behind it</span></li>` : backends.map(pod)}
    </ul>
  </li>`;
}

function nodeNames(nodes: readonly string[]): Html {
  const names = html`<strong>${nodes.join(', ')}</strong>`;
  if (nodes.length <= mostNames) return names;
  const [first = '', second = ''] = nodes;
  return html`<details>
    <summary><strong>${first}, ${second}, …</strong></summary>
    ${names}
  </details>`;
}

const schedulers: Readonly<Record<string, string>> = {
  rr: 'round robin: by turns',
  wrr: 'by turns, by weight',
  lc: 'fewest connections',
  wlc: 'fewest connections, by weight',
  sh: 'by the client’s address',
  dh: 'by the destination',
  sed: 'shortest expected delay',
  nq: 'never queue',
};

function schedulerWords(scheduler: string): string {
  return schedulers[scheduler] ?? 'scheduler';
}

function pod(backend: GroupBackend): Html {
  const { weight, active, inactive, pod: name, node, findings } = backend;
  const state = findings.length > 0 ? ' bad' : weight === null || weight === 0 ? ' faint' : '';
  const use =
    weight === null
      ? html`<span class="facts"><b>not in the kernel’s table</b></span>`
      : html`<span class="facts"
          >weight <b>${weight}</b> · <b>${active}</b> open · <b>${inactive}</b> closing</span
        >`;
  const place = node === null ? '' : ` on ${node}`;
  return html`<li class="box pod${state}${weight === null ? ' gone' : ''}">
    <strong>${name ?? 'unknown pod'}</strong
    ><span><span class="mono">${endpointOf(backend)}</span>${place}</span>${use}${marks(findings)}
  </li>`;
}

/** Links to the findings, each said in words: colour alone does not tell everybody. */
function marks(findings: readonly Finding[]): Html {
  return html`${findings.map(
    ({ number, kind, expected, actual }) =>
      html`<a class="mark" href="#finding-${number}">✗ ${kind}${difference(expected, actual)}</a>`,
  )}`;
}

function difference(expected: string | null, actual: string | null): string {
  if (expected !== null && actual !== null) return `: ${actual} instead of ${expected}`;
  return '';
}

/** Points to the right, and down where boxes stand below each other. */
const arrow = html`<svg class="arrow" viewBox="0 0 32 16" width="32" height="16" aria-hidden="true">
  <path d="M1 8h27" />
  <path d="M22 3l6 5-6 5" />
</svg>`;
