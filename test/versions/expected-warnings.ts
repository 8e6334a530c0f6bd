// What Kubernetes' programs say of our documents: which lines are warnings, and which of them have to come.
import { isSince, type KubernetesVersion } from '../../src/kube/version.ts';
import type { ScenarioName } from './scenarios.ts';

export interface ExpectedWarning {
  readonly name: string;
  readonly program: 'kubeadm' | 'kube-proxy';
  readonly from: string;
  readonly until?: string;
  /** Undefined: in every scenario. */
  readonly scenario?: ScenarioName;
  readonly text: RegExp;
}

/** Every warning that our documents may bring, and must. */
const expectedWarnings: readonly ExpectedWarning[] = [
  // What these kubeadms say of every configuration. – app/componentconfigs of S1.17 and S1.18
  {
    name: "kubeadm looks into neither kube-proxy's nor the kubelet's part",
    program: 'kubeadm',
    from: '1.17',
    until: '1.20',
    text: /annot validate (?:component configs for API groups|(?:kube-proxy|kubelet) config - no validator)/,
  },
  // – app/phases/controlplane/manifests.go of S1.17 and S1.18
  {
    name: "the API server's authorization mode is the usual one",
    program: 'kubeadm',
    from: '1.17',
    until: '1.19',
    text: /the default kube-apiserver authorization-mode is "Node,RBAC"; using "Node,RBAC"/,
  },
  // – #139067
  {
    name: 'IPVS mode is deprecated',
    program: 'kubeadm',
    from: '1.37',
    text: /"KubeProxyConfiguration" field "mode" is set to "ipvs" which has been deprecated/,
  },
];

/** What the programs miss in the root that they run in here, and find on a host. */
const aboutTheRoot = [
  /cannot determine if systemd-resolved is active: no supported init system detected/,
  // A part of the kernel, which the lab's nodes have.
  /failed to initialize nfacct client/,
];

export interface ReviewedLines {
  /** Names of the expected warnings that came. */
  readonly warnings: readonly string[];
  /** Warnings that nobody expects, and expected ones that did not come. */
  readonly problems: readonly string[];
}

/** Reviews all lines that a program has printed in a scenario. */
export function reviewLines(
  lines: readonly string[],
  about: {
    readonly version: KubernetesVersion;
    readonly program: ExpectedWarning['program'];
    readonly scenario: ScenarioName;
  },
): ReviewedLines {
  const due = expectedWarnings.filter(
    ({ program, from, until, scenario }) =>
      program === about.program &&
      isSince(about.version, from) &&
      (until === undefined || !isSince(about.version, until)) &&
      (scenario === undefined || scenario === about.scenario),
  );
  const warnings = lines.filter((line) => isWarning(line) && !aboutTheRoot.some((text) => text.test(line)));
  const unexpected = warnings.filter((line) => !due.some(({ text }) => text.test(line)));
  const missing = due.filter(({ text }) => !warnings.some((line) => text.test(line)));
  return {
    warnings: due.filter((one) => !missing.includes(one)).map(({ name }) => name),
    problems: [
      ...unexpected.map((line) => `unexpected: ${withoutTime(line)}`),
      ...missing.map(({ name }) => `did not come: ${name}`),
    ],
  };
}

/**
 * klog begins such lines with W or E and the date; kubeadm and flags say it in words. Of a field that it does not know
 * a newer kube-proxy says it as if it were nothing.
 */
export function isWarning(line: string): boolean {
  if (/^[WEF]\d{4} /.test(line) || /strict decoding failed/.test(line)) return true;
  return !/^I\d{4} /.test(line) && /warn|deprecated|error|unknown/i.test(line);
}

/** Without klog's date, time and process, which differ from run to run. */
export function withoutTime(line: string): string {
  return line.replace(/^([IWEF])\d{4} [\d:.]+ +\d+ /, '$1 ');
}
