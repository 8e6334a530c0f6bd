// The table of nodes; on narrow screens each row becomes a card, so every cell carries its column's name.
import { html, type Html } from './html.ts';
import type { NodeReport, Proof } from './proof.ts';

const columns = [
  'node',
  'roles',
  'address',
  'state',
  'kubelet',
  'kube-proxy',
  'virtual servers',
  'real servers',
  'connections',
  'findings',
] as const;

type Row = Readonly<Record<(typeof columns)[number], string>>;

/** All hosts of the run in its order, also those that could not be looked at. */
export function nodeTable(proof: Proof): Html {
  const rows = proof.hosts.map((host) => {
    const findings = proof.findings.filter(({ node }) => node === host).length;
    const node = proof.nodes.find((one) => one.node === host);
    return tableRow(node === undefined ? unknownNode(host) : nodeRow(node, findings), node !== undefined);
  });
  return html`<section aria-labelledby="nodes">
    <h2 id="nodes">Nodes</h2>
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows}
      </tbody>
    </table>
  </section>`;
}

function nodeRow(node: NodeReport, findings: number): Row {
  const { active, inactive } = node.connections;
  return {
    node: node.node,
    roles: node.roles.join(', '),
    address: node.address,
    state: node.isReady === null ? 'unknown' : node.isReady ? 'ready' : 'not ready',
    kubelet: node.kubeletVersion ?? 'unknown',
    'kube-proxy': node.proxyMode ?? 'silent',
    'virtual servers': node.virtualServers === null ? 'no ip_vs' : String(node.virtualServers),
    'real servers': String(node.realServers),
    connections: `${active} open, ${inactive} closing`,
    findings: findings === 0 ? '✓ none' : `✗ ${findings}`,
  };
}

function unknownNode(host: string): Row {
  const nothing = Object.fromEntries(columns.map((name) => [name, '–'])) as Row;
  return { ...nothing, node: host, state: 'not looked at', findings: '✗ unknown' };
}

function tableRow(row: Row, isKnown: boolean): Html {
  const isGood = isKnown && row.findings.startsWith('✓');
  const cells = columns.map((name) =>
    name === 'node'
      ? html`<th role="rowheader" scope="row">${row[name]}</th>`
      : html`<td role="cell" data-label="${name}">${row[name]}</td>`,
  );
  return html`<tr role="row" class="${isGood ? 'good' : 'bad'}">
    ${cells}
  </tr>`;
}
