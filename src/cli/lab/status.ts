// ipvs-bootstrap lab status: the nodes as processes of this machine.
import { exitCodes } from '../../core/exit-codes.ts';
import { defaultKind, kindName } from '../../lab/node-kind.ts';
import { labStatus, type NodeStatus } from '../../lab/status.ts';
import { formatTable } from '../../ui/format.ts';
import type { CommandContext } from '../context.ts';

export async function run({ output }: CommandContext, { name }: { readonly name: string }): Promise<number> {
  const { nodes } = await labStatus(name);
  if (output.format === 'json') output.result(JSON.stringify(nodes));
  else formatTable(rows(nodes)).forEach(output.result);
  return nodes.every(({ ssh }) => ssh) ? exitCodes.done : exitCodes.someHostsFailed;
}

/** What kinds the nodes are of is shown as soon as one is not as usual. */
function rows(nodes: readonly NodeStatus[]): readonly Record<string, string>[] {
  const areUsual = nodes.every((node) => kindName(node) === kindName(defaultKind));
  return nodes.map((node) => {
    const { release, containerd } = node;
    return areUsual ? row(node) : { ...row(node), debian: release, containerd };
  });
}

function row(node: NodeStatus): Record<string, string> {
  const isRunning = node.processId !== undefined;
  return {
    name: node.name,
    role: node.role,
    address: node.address,
    state: isRunning ? (node.ssh ? 'running' : 'no ssh') : 'stopped',
    pid: String(node.processId ?? '-'),
    cpu: String(node.cpu),
    userspace: node.userspace ?? '-',
    memory: `${node.memoryUsed ?? 0}/${node.memory} MiB`,
  };
}
