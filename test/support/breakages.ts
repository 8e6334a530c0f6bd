// What goes wrong on real nodes, done on purpose, as much at once as is not in each other's way; verify must name each.
import { expect } from 'vitest';
import { dnsWithoutPods, dnsWithoutResolver } from './dns-breakages.ts';
import type { TestLab } from './e2e-lab.ts';
import { secondsUntil } from './stopwatch.ts';

export interface Breakage {
  /** As it stands in the name of the test. */
  readonly name: string;
  /** Breaks it and tells what was broken, such as the address of a real server. All but DNS is broken on worker1. */
  break(lab: TestLab): Promise<string>;
  readonly isNamed: (message: string, what: string) => boolean;
  mend(lab: TestLab, what: string): Promise<void>;
}

const node = 'worker1';
const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system';
const modulesFile = '/etc/modules-load.d/ipvs-bootstrap.conf';
/** A cluster IP that no Service has. */
const stray = '10.96.77.77:80';

/**
 * What one run of `verify` looks at, each.
 * @param addresses external IPs whose Services have two pods each
 */
export function looks([first, second]: readonly [string, string]): readonly (readonly Breakage[])[] {
  const proxy = [realServerRemoved(first), addressTakenAway(first), weightZero(second), strayServer];
  return [
    [...proxy, persistenceRemoved, dnsWithoutPods],
    [otherMode, dnsWithoutResolver],
  ];
}

/** Ends kube-proxy's pod on the node and waits until another one serves there. */
export async function restartKubeProxy(lab: TestLab, where: string): Promise<void> {
  const before = await lab.on(where, 'pidof kube-proxy');
  await lab.on(
    'master1',
    `${kubectl} delete pod --wait=false --grace-period=1 -l k8s-app=kube-proxy --field-selector spec.nodeName=${where}`,
  );
  const isNew = async (): Promise<true | string> => {
    const now = await lab.on(where, 'pidof kube-proxy; curl -s http://127.0.0.1:10249/healthz; true');
    return (/^\d+\nok/.test(now) && !now.startsWith(before)) || now;
  };
  await secondsUntil(isNew, { deadline: 180 });
}

/** kube-proxy would put right what it looks after, perhaps before verify has looked. */
async function withoutKubeProxy(lab: TestLab, command: string): Promise<void> {
  await lab.on(node, `kill -STOP $(pidof kube-proxy) && { ${command}; }`);
}

async function kubeProxyGoesOn(lab: TestLab): Promise<void> {
  await lab.on(node, 'kill -CONT $(pidof kube-proxy)');
}

async function realServerOf(lab: TestLab, address: string): Promise<string> {
  const table = await lab.on(node, 'ipvsadm -ln');
  const [, server] =
    new RegExp(`TCP {2}${address.replaceAll('.', '\\.')}:80 rr\\n {2}-> (\\S+)`).exec(table) ?? [];
  expect(server, table).toBeDefined();
  return server ?? '';
}

const realServerRemoved = (address: string): Breakage => ({
  name: 'a real server is removed',
  async break(lab) {
    const server = await realServerOf(lab, address);
    await withoutKubeProxy(lab, `ipvsadm -d -t ${address}:80 -r ${server}`);
    return server;
  },
  isNamed: (message, server) => [node, `${address}:80`, server].every((word) => message.includes(word)),
  mend: kubeProxyGoesOn,
});

const weightZero = (address: string): Breakage => ({
  name: 'the weight of a real server is set to 0',
  async break(lab) {
    const server = await realServerOf(lab, address);
    await withoutKubeProxy(lab, `ipvsadm -e -t ${address}:80 -r ${server} -m -w 0`);
    return server;
  },
  isNamed: (message, server) =>
    [node, `${address}:80`, server, 'weight'].every((word) => message.includes(word)),
  // kube-proxy does not mend it (kubernetes/kubernetes#92019).
  async mend(lab, server) {
    await lab.on(node, `ipvsadm -e -t ${address}:80 -r ${server} -m -w 1`);
    await kubeProxyGoesOn(lab);
  },
});

const addressTakenAway = (address: string): Breakage => ({
  name: 'an external IP is taken off kube-ipvs0',
  async break(lab) {
    await withoutKubeProxy(lab, `ip address del ${address}/32 dev kube-ipvs0`);
    return address;
  },
  isNamed: (message) => [node, address, 'kube-ipvs0'].every((word) => message.includes(word)),
  mend: kubeProxyGoesOn,
});

const strayServer: Breakage = {
  name: 'a virtual server is there that no Service asks for',
  async break(lab) {
    await withoutKubeProxy(lab, `ipvsadm -A -t ${stray} -s rr`);
    return stray;
  },
  isNamed: (message) => [node, stray].every((word) => message.includes(word)),
  async mend(lab) {
    await lab.on(node, `ipvsadm -D -t ${stray}`);
    await kubeProxyGoesOn(lab);
  },
};

const persistenceRemoved: Breakage = {
  name: 'the modules are not loaded at boot any more',
  async break(lab) {
    await lab.on(node, `mv ${modulesFile} /root/`);
    return 'ip_vs_rr';
  },
  isNamed: (message, module) => [node, module, 'boot'].every((word) => message.includes(word)),
  async mend(lab) {
    await lab.on(node, `mv /root/ipvs-bootstrap.conf ${modulesFile}`);
  },
};

const otherMode: Breakage = {
  name: 'kube-proxy runs in iptables mode',
  async break(lab) {
    await setMode(lab, 'ipvs', 'iptables');
    return 'iptables';
  },
  isNamed: (message, mode) => [node, 'kube-proxy', mode].every((word) => message.includes(word)),
  mend: (lab) => setMode(lab, 'iptables', 'ipvs'),
};

async function setMode(lab: TestLab, from: string, to: string): Promise<void> {
  const edit = `sed 's/mode: ${from}/mode: ${to}/'`;
  await lab.on(
    'master1',
    `${kubectl} get configmap kube-proxy -o yaml | ${edit} | ${kubectl} replace -f - && ` +
      `${kubectl} get configmap kube-proxy -o yaml | grep -q 'mode: ${to}'`,
  );
  await restartKubeProxy(lab, node);
}
