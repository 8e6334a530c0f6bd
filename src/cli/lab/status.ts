// ipvs-bootstrap lab status: the nodes as processes of this machine.
import { exitCodes } from '../../core/exit-codes.ts';
import { labStatus, type NodeStatus } from '../../lab/status.ts';
import { formatTable } from '../../ui/format.ts';
import type { CommandContext } from '../context.ts';

export async function run({ output }: CommandContext, { name }: { readonly name: string }): Promise<number> {
  const { nodes } = await labStatus(name);
  if (output.format === 'json') output.result(JSON.stringify(nodes));
  else formatTable(nodes.map(row)).forEach(output.result);
  return nodes.every(({ ssh }) => ssh) ? exitCodes.done : exitCodes.someHostsFailed;
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
