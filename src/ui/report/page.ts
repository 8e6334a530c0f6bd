// The page about a run of verify: one file that needs no network, no script and no font of its own.
import { count } from '../../core/count.ts';
import { formatDuration } from '../format.ts';
import { dnsTable } from './dns-table.ts';
import { drawing } from './drawing.ts';
import { findingList, warningList } from './findings.ts';
import { drawnAddresses } from './groups.ts';
import { constantText, html, type Html } from './html.ts';
import { nodeTable } from './node-table.ts';
import type { Proof } from './proof.ts';
import { stylesheet } from './stylesheet.ts';

/** What the page says of the program that made it. */
export interface Maker {
  readonly name: string;
  readonly version: string;
}

/** The whole document as text. */
export function reportPage(proof: Proof, maker: Maker): string {
  const verdict = verdictOf(proof);
  const title = `${verdict.title} · ${proof.cluster}`;
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${constantText(stylesheet)}
        </style>
      </head>
      <body>
        <header class="${verdict.isGood ? 'good' : 'bad'}">
          <div class="inner">
            <p class="cluster">cluster ${proof.cluster}</p>
            <h1><span aria-hidden="true">${verdict.isGood ? '✓' : '✗'}</span> ${verdict.title}</h1>
            <p>${verdict.sentence}</p>
            ${facts(proof, maker)}
          </div>
        </header>
        <main>
          ${findingList(proof)} ${pictures(proof)} ${dnsTable(proof)} ${nodeTable(proof)}
          ${warningList(proof)}
        </main>
        <footer>
          <p>
            Made by ${maker.name} ${maker.version} from one look at each node. It shows how things were at
            that moment; connections are summed over the nodes of a group.
          </p>
        </footer>
      </body>
    </html> `;
  return `${text.trim()}\n`;
}

interface Verdict {
  readonly isGood: boolean;
  readonly title: string;
  readonly sentence: string;
}

function verdictOf({ findings, failures, hosts, nodes, exitCode }: Proof): Verdict {
  if (findings.length > 0) {
    const missed = failures.length === 0 ? '' : ` ${count(failures.length, 'host')} could not be looked at.`;
    const sentence = `The cluster is not as it should be${placesOf(findings)}.${missed}`;
    return { isGood: false, title: count(findings.length, 'finding'), sentence };
  }
  if (failures.length > 0) {
    const sentence = 'Nothing else was found on the nodes that could be looked at.';
    return { isGood: false, title: `${count(failures.length, 'host')} not looked at`, sentence };
  }
  // Only the run itself knows whether every check took place.
  if (exitCode !== 0 || nodes.length < hosts.length) {
    const sentence = `${nodes.length} of ${count(hosts.length, 'host')} were looked at.`;
    return { isGood: false, title: 'Not finished', sentence };
  }
  const sentence = 'Every node balances exactly what the cluster’s API asks for.';
  return { isGood: true, title: 'All well', sentence };
}

function placesOf(findings: Proof['findings']): string {
  const nodes = new Set(findings.flatMap(({ node }) => node ?? []));
  return nodes.size === 0 ? '' : `, on ${count(nodes.size, 'host')}`;
}

function facts({ nodes, hosts, startedAt, durationMs }: Proof, maker: Maker): Html {
  const versions = [...new Set(nodes.flatMap(({ kubeletVersion }) => kubeletVersion ?? []))].sort();
  const entries: readonly (readonly [string, Html | string])[] = [
    ['looked at', html`<time datetime="${startedAt}">${moment(startedAt)}</time>`],
    ['took', formatDuration(durationMs)],
    ['hosts', String(hosts.length)],
    ['Kubernetes', versions.join(', ') || 'unknown'],
    [maker.name, maker.version],
  ];
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** `2026-01-31 12:00:00 UTC` */
function moment(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

function pictures(proof: Proof): Html {
  const addresses = drawnAddresses(proof);
  const content =
    addresses.length === 0
      ? html`<p class="empty">No Service has an external IP, or no node could be looked at.</p>`
      : html`<p class="legend">
            How a packet travels: from the external IP to a node that holds it, through the node’s virtual
            server, to one of the pods. Nodes that do the same stand together.
          </p>
          ${addresses.map(drawing)}`;
  return html`<section aria-labelledby="addresses">
    <h2 id="addresses">External IPs</h2>
    ${content}
  </section>`;
}
