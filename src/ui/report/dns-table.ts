// The table of what the cluster's DNS answered; on narrow screens each row becomes a card, as in the table of nodes.
import { html, type Html } from './html.ts';
import type { DnsReport, Proof } from './proof.ts';

type Exchange = DnsReport['exchanges'][number];

const columns = ['node', 'asked at', 'by UDP', 'by TCP'] as const;

/** Nothing where nobody was asked. */
export function dnsTable({ dns }: Proof): Html | undefined {
  const [first] = dns;
  if (first === undefined) return undefined;
  return html`<section aria-labelledby="dns">
    <h2 id="dns">Cluster DNS</h2>
    <p class="legend">What each node was told, asked for ${first.name} by both protocols.</p>
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${dns.flatMap(nodeRows)}
      </tbody>
    </table>
  </section>`;
}

function nodeRows({ node, exchanges }: DnsReport): readonly Html[] {
  const addresses = [...new Set(exchanges.map(({ address }) => address))];
  return addresses.map((address) => {
    const own = exchanges.filter((one) => one.address === address);
    const isGood = own.every(({ answers, right }) => right === answers.length);
    const texts = [address, ...(['UDP', 'TCP'] as const).map((protocol) => words(own, protocol))];
    return html`<tr role="row" class="${isGood ? 'good' : 'bad'}">
      <th role="rowheader" scope="row">${node}</th>
      ${texts.map((text, index) => html`<td role="cell" data-label="${columns[index + 1] ?? ''}">${text}</td>`)}
    </tr>`;
  });
}

/** `✓ 10.96.0.1`; `✗ 1 of 4 right: 10.96.0.1, no answer` */
function words(exchanges: readonly Exchange[], protocol: Exchange['protocol']): string {
  const found = exchanges.find((one) => one.protocol === protocol);
  if (found === undefined) return '–';
  const { answers, right } = found;
  const texts = [...new Set(answers)].join(', ');
  return right === answers.length ? `✓ ${texts}` : `✗ ${right} of ${answers.length} right: ${texts}`;
}
