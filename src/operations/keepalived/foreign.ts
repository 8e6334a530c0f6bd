// Somebody else's keepalived that is in service: ours would take its addresses away, so that is left to people.
import { parseIp } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { keepalivedConfiguration } from '../../facts/files/keepalived-configuration.ts';
import { isStopped, unitState } from '../../facts/host/unit.ts';
import type { FactReader, Problem } from '../operation.ts';
import { keepalivedMain, keepalivedQuestion, keepalivedUnit, type KeepalivedPart } from './parts.ts';

const ways: Readonly<Record<KeepalivedPart, string>> = {
  virtualIP:
    "Let that keepalived hold the API's address too, and name it in cluster.controlPlane.endpoint instead of vip;",
  externalIPs: 'Leave the external IPs to kube-proxy with externalIPs.bind,',
};

/** Asks what `partNeeds` names. */
export function foreignProblems(part: KeepalivedPart, facts: FactReader): readonly Problem[] {
  const main = facts.get(ask(keepalivedConfiguration, { path: keepalivedMain }));
  if (main === null || main.isOurs) return [];
  const text = main.text.reveal().replace(/[#!].*$/gm, '');
  if (!serves(text) || isStopped(facts.get(ask(unitState, keepalivedQuestion)))) return [];
  const addresses = addressesOf(text);
  const served = addresses.length === 0 ? '' : `, for ${addresses.join(', ')}`;
  return [
    {
      message: `keepalived runs here already with somebody else's configuration${served}`,
      hint: `It would go out of service. ${ways[part]} or stop it first: systemctl disable --now keepalived`,
      data: { unit: keepalivedUnit, addresses },
    },
  ];
}

/** What a file includes may do anything. */
function serves(text: string): boolean {
  return /^\s*(vrrp_instance|virtual_server|include)/m.test(text);
}

/** Those of virtual servers, and those that VRRP moves. */
function addressesOf(text: string): readonly string[] {
  const servers = [...text.matchAll(/^\s*virtual_server\s+(\S+)/gm)].map(([, word = '']) => word);
  const blocks = [...text.matchAll(/\bvirtual_ipaddress(?:_excluded)?\s*\{([^}]*)\}/g)];
  const moved = blocks.flatMap(([, lines = '']) => lines.split('\n').map((line) => line.trim()));
  const words = [...moved, ...servers].map((line) => line.split(/[\s/]/, 1)[0] ?? '');
  return [...new Set(words.filter((word) => parseIp(word) !== undefined))];
}
