// The secrets of a real cluster, and everything that processes on its nodes show of themselves meanwhile.
import { expect } from 'vitest';
import type { TestLab } from './e2e-lab.ts';

const list = '/run/shown-by-ps';
const unit = 'watch-processes';

/** Begins to write down the arguments of all processes of a node, each second. */
export async function watchProcesses(lab: TestLab, node: string): Promise<void> {
  const look = `while :; do ps -ewwo args= >> ${list}; sleep 1; done`;
  await lab.on(node, `systemd-run --quiet --unit ${unit} sh -c '${look}'`);
}

/** Ends it, and expects to have seen the program, but none of the secrets. */
export async function expectNotShown(
  lab: TestLab,
  node: string,
  program: string,
  secrets: readonly string[],
): Promise<void> {
  await lab.on(node, `systemctl stop ${unit}`);
  const seen = await lab.on(node, `cat ${list}`);
  expect(seen, `processes of ${node}`).toContain(program);
  for (const secret of secrets) expect(seen.includes(secret), `${node} shows a secret`).toBe(false);
  await lab.on(node, `rm ${list}`);
}

/** VRRP passwords, bootstrap tokens and the administrator's key, as a control plane has them. */
export async function secretsOn(lab: TestLab, controlPlane: string): Promise<readonly string[]> {
  const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf';
  const tokens = `--field-selector type=bootstrap.kubernetes.io/token -o jsonpath='{.items[*].data.token-secret}'`;
  const commands = [
    "sed -n 's/^ *auth_pass *//p' /etc/keepalived/ipvs-bootstrap/*.conf",
    `for token in $(${kubectl} -n kube-system get secrets ${tokens}); do echo $token | base64 -d; echo; done`,
    "sed -n 's/^ *client-key-data: *//p' /etc/kubernetes/admin.conf",
  ];
  const found = await Promise.all(commands.map((command) => lab.on(controlPlane, command)));
  for (const [index, text] of found.entries()) expect(text, commands[index]).toMatch(/^\S{8,}/);
  return found.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
}
