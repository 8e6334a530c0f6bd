// docs/reference/versions-checked.md: which documents the programs of which version have read.
import { kubeadmApi } from '../../src/kube/version-facts.ts';
import { minorOf, parseVersion } from '../../src/kube/version.ts';
import { documentsDigest } from './check-programs.ts';
import { firstCheckable, newestPatches } from './newest-patches.ts';
import type { Results, VersionResult } from './results.ts';

const head = `<!-- Written by npm run check:versions; the tests keep it true. -->

# Versions whose programs have read the documents

For every minor this program writes documents for kubeadm, kube-proxy and the kubelet: for one control plane, with every
field of IPVS, for several control planes, and for IPv4 and IPv6 together. They are kept in \`test/golden/kubeadm\`.

\`npm run check:versions\` compiles kubeadm and kube-proxy of a version from Kubernetes' own source and shows them these
documents. kubeadm judges them (\`config validate\`, before 1.28 \`config migrate\`) and makes certificates, kubeconfigs and
manifests of them; the manifests must have the flags that were asked for. kube-proxy reads its configuration and writes out
what it has understood (\`--write-config-to\`), which must be what was asked for. Any warning that is not named below is a
failure, and so is one that does not come.
`;

/** The whole page. */
export function checkedPage(results: Results): string {
  const rows = newestPatches.toReversed().map((version) => {
    const [checked, scenarios, warnings] = cells(version, results[minorOf(parseVersion(version))]);
    return `| ${version.slice(1)} | ${kubeadmApi(parseVersion(version))} | ${checked} | ${scenarios} | ${warnings} |`;
  });
  const title = ['version', "kubeadm's API", 'checked', 'clusters', 'warnings that have to come'];
  return [head, `| ${title.join(' | ')} |`, '|---|---|---|---|---|', ...rows, ''].join('\n');
}

function cells(version: string, result: VersionResult | undefined): readonly [string, string, string] {
  if (parseVersion(version).minor < firstCheckable)
    return ['no: too old to be compiled from modules', '–', '–'];
  if (result === undefined) return ['not yet', '–', '–'];
  if ('notBuilt' in result) return [`no: ${result.notBuilt}`, '–', '–'];
  const { scenarios, warnings } = result;
  return [
    verdict(version, result),
    scenarios.join(', '),
    warnings.length === 0 ? 'none' : warnings.join(', '),
  ];
}

function verdict(version: string, result: Exclude<VersionResult, { notBuilt: string }>): string {
  if (result.problems.length > 0) return `**fails**: ${result.problems.length} problems`;
  const of = result.version === version ? '' : `, ${result.version.slice(1)}`;
  const stale =
    result.documents === documentsDigest(result.version) ? '' : ', documents before their last change';
  return `yes (\`${result.judgedBy}\`${of}${stale})`;
}
