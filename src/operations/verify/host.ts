// What verify checks of the host itself: kube-proxy's mode, kernel modules, timeouts.
import type { KernelModules } from '../../facts/host/kernel-modules.ts';
import type { IpvsTimeouts } from '../../facts/ipvs/ipvs-timeouts.ts';
import type { KubeProxyMode } from '../../facts/ipvs/kube-proxy-mode.ts';
import { drift } from '../drift.ts';
import { chooseModules, type WantedModules } from '../kernel/module-choice.ts';
import type { Problem } from '../operation.ts';

/** What one check found. */
export interface Check {
  readonly problems: readonly Problem[];
  readonly warnings?: readonly string[];
  readonly report?: readonly Readonly<Record<string, string>>[];
}

export interface ModeCheck extends Check {
  /** kube-proxy says itself that it does not use IPVS. */
  readonly isOtherMode?: boolean;
}

export function checkProxyMode(node: string, { mode, hasClient }: KubeProxyMode): ModeCheck {
  if (mode === 'ipvs') return { problems: [] };
  if (!hasClient) {
    const warning = `${node} has neither curl nor wget nor bash, so kube-proxy cannot be asked for its mode`;
    return { problems: [], warnings: [warning] };
  }
  const about = { node, expected: 'ipvs', actual: mode };
  if (mode === null) {
    const problem = drift({
      kind: 'proxy.silent',
      ...about,
      message: `kube-proxy on ${node} answers nowhere, neither on port 10249 nor where else it listens`,
      hint: `Look whether it runs: kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide`,
    });
    return { problems: [problem] };
  }
  const problem = drift({
    kind: 'proxy-mode.wrong',
    ...about,
    message: `kube-proxy on ${node} runs in ${mode} mode instead of ipvs`,
    hint:
      `Its configuration says so, or (before 1.26) it fell back because a kernel module was missing: ` +
      `kubectl -n kube-system logs -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}`,
  });
  return { problems: [problem], isOtherMode: true };
}

export function checkModules(
  node: string,
  wanted: WantedModules,
  kernel: KernelModules,
  atBoot: readonly string[],
): Check {
  const { chosen, missing } = chooseModules(wanted, kernel);
  const absent = missing.map((group) => group.join(' or '));
  const idle = chosen.filter((name) => !['loaded', 'builtin'].includes(kernel.states[name] ?? ''));
  const forgotten = chosen.filter((name) => kernel.states[name] === 'loaded' && !atBoot.includes(name));
  const hint = 'Run "up": it loads the modules and keeps them for every boot';
  return {
    problems: [
      ...[...absent, ...idle].map((name) =>
        drift({
          kind: 'module.not-loaded',
          node,
          expected: 'loaded',
          actual: 'not loaded',
          message: `the kernel module ${name} is not loaded on ${node}`,
          hint,
          more: { module: name },
        }),
      ),
      ...forgotten.map((name) =>
        drift({
          kind: 'module.not-persistent',
          node,
          expected: 'loaded at every boot',
          actual: 'loaded until the next boot',
          message: `the kernel module ${name} will not be loaded when ${node} boots`,
          hint,
          more: { module: name },
        }),
      ),
    ],
  };
}

const timeoutNames = {
  tcp: 'idle TCP connections',
  tcpFin: 'closing TCP connections',
  udp: 'idle UDP flows',
};

export function checkTimeouts(
  node: string,
  wanted: { readonly [Key in keyof IpvsTimeouts]?: number | undefined },
  actual: IpvsTimeouts | null,
): Check {
  if (actual === null) {
    return { problems: [], warnings: [`the IPVS timeouts of ${node} cannot be read without ipvsadm`] };
  }
  const keys = ['tcp', 'tcpFin', 'udp'] as const;
  const wrong = keys.filter((key) => wanted[key] !== undefined && wanted[key] !== actual[key]);
  return {
    problems: wrong.map((key) =>
      drift({
        kind: 'timeout.wrong',
        node,
        expected: String(wanted[key]),
        actual: String(actual[key]),
        message: `${node} forgets ${timeoutNames[key]} after ${actual[key]} s instead of ${wanted[key] ?? 0} s`,
        hint: `kube-proxy sets the timeouts when it starts; restart it on ${node} when its configuration was changed`,
        more: { timeout: key },
      }),
    ),
  };
}
