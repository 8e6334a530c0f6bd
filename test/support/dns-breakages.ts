// What goes wrong with the cluster's DNS, done on purpose; verify must name each.
import type { Breakage } from './breakages.ts';
import type { TestLab } from './e2e-lab.ts';
import { secondsUntil } from './stopwatch.ts';

const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system';
const pods = '-l k8s-app=kube-dns';
const resolverFile = '/etc/resolv.conf';

export const dnsWithoutPods: Breakage = {
  name: "the cluster's DNS is told to run no pod",
  async break(lab) {
    await scaleDns(lab, 0);
    return 'coredns';
  },
  isNamed: (message, deployment) =>
    message.includes('no ready pod') &&
    message.includes(`Deployment kube-system/${deployment} is told to run none`),
  mend: (lab) => scaleDns(lab, 2),
};

/** CoreDNS has nobody to send other names to, and ends. */
export const dnsWithoutResolver: Breakage = {
  name: 'the nodes have no name server when the pods of the DNS start',
  async break(lab) {
    for (const { name } of lab.nodes) await lab.on(name, `cp ${resolverFile} /root/ && : >${resolverFile}`);
    await renewDns(lab);
    const isCrashed = async () => {
      const found = await lab.on('master1', `${kubectl} get pods ${pods} --no-headers`);
      // Only then both have ended for good, and said why.
      return /^(\S+ +0\/1 +CrashLoopBackOff .*\n?)+$/.test(found) || found;
    };
    await secondsUntil(isCrashed, { deadline: 180 });
    return 'coredns';
  },
  isNamed: (message, pod) =>
    ['a pod of kube-system does not run', pod, 'no valid upstream addresses found'].every((word) =>
      message.includes(word),
    ),
  async mend(lab) {
    for (const { name } of lab.nodes) await lab.on(name, `cp /root/resolv.conf ${resolverFile}`);
    await renewDns(lab);
    await lab.on('master1', `${kubectl} rollout status deployment coredns --timeout=120s`);
  },
};

async function scaleDns(lab: TestLab, replicas: number): Promise<void> {
  await lab.on('master1', `${kubectl} scale deployment coredns --replicas=${replicas}`);
  const isDone = async () => {
    const found = await lab.on('master1', `${kubectl} get pods ${pods} -o name`);
    return found.split('\n').filter((line) => line !== '').length === replicas || found;
  };
  await secondsUntil(isDone, { deadline: 120 });
}

async function renewDns(lab: TestLab): Promise<void> {
  await lab.on('master1', `${kubectl} delete pods ${pods} --grace-period=1`);
}
