// Brings a lab up: network, keys and nodes, as far as they are not there already.
import { asError } from '../core/errors.ts';
import { planLab, type CpuFacts, type LabImages, type LabRequest } from './lab-plan.ts';
import { allowedCpus } from './machine/cpu-plan.ts';
import { planFamilies } from './network/families.ts';
import { createNetwork, networkExists, removeNetwork } from './network/lab-network.ts';
import { endResolver, ensureResolver, tellNames } from './network/resolver.ts';
import { prepareKeys } from './node/keys.ts';
import { killProcess, runningSession } from './node/process.ts';
import { waitForSsh } from './node/ssh.ts';
import { startNode } from './node/start.ts';
import { throwIfInterrupted } from '../local/programs/program.ts';
import type { Report } from './stage.ts';
import { labFiles, type LabFiles } from './state/files.ts';
import type { LabNode, LabState } from './state/lab-schema.ts';
import { readLab, writeLab } from './state/lab-state.ts';
import { allLabs } from './state/labs.ts';
import { withLock } from './state/lock.ts';
import { checkLabName, labNames } from './state/names.ts';
import { removeNodeFiles, stopLab, tearDown } from './teardown.ts';

export interface LabUp {
  readonly lab: LabState;
  /** Names of the nodes that were not running before. */
  readonly started: readonly string[];
}

/** One call of labUp: what it works on, and how to take back what it has done so far. */
interface Call {
  readonly files: LabFiles;
  readonly lab: LabState;
  readonly before: LabState | undefined;
  readonly undo: (() => Promise<void>)[];
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** How long a node may take from its start to SSH, with every processor busy. */
const bootMs = 180_000;

/**
 * Brings the lab up, new nodes with an image of their kind, and returns once every node answers SSH. Nodes that
 * run already are left alone. When it fails or is interrupted, what this call made is removed again, and what was there
 * before stays.
 */
export async function labUp(
  request: LabRequest,
  images: LabImages,
  report: Report,
  signal: AbortSignal,
): Promise<LabUp> {
  checkLabName(request.name);
  const files = labFiles(request.name);
  return withLock(files.lock, request.name, async () => {
    const before = await readLab(files);
    const lab = planLab(request, before, images, await cpuFacts(request.name));
    // Whatever an earlier call could not remove.
    if (before === undefined) await stopLab(request.name, files);
    const call: Call = { files, lab, before, undo: [], report, signal };
    try {
      return await bringUp(call);
    } catch (error) {
      await takeBack(call);
      throw error;
    }
  });
}

async function bringUp(call: Call): Promise<LabUp> {
  const { files, lab, before, undo } = call;
  undo.push(() => (before === undefined ? tearDown(lab.name, files) : writeLab(files, before)));
  await writeLab(files, lab);
  for (const { name } of lab.nodes) {
    if (before?.nodes.some((one) => one.name === name) !== true)
      undo.push(() => removeNodeFiles(files, name));
  }
  await prepareKeys(files, lab);
  await ensureNetwork(call);
  await ensureNames(call);
  return { lab, started: await bootAll(call) };
}

async function ensureNetwork({ files, lab, undo, report, signal }: Call): Promise<void> {
  const names = labNames(lab.name);
  if (await networkExists(names, signal)) return;
  report(`making the network ${lab.subnet}`);
  undo.push(() => removeNetwork(names));
  // A resolver of a network that is gone hears nobody.
  await endResolver(files.resolver);
  await removeNetwork(names);
  await createNetwork(names, planFamilies(lab.subnet, lab.ipFamily), signal);
}

async function ensureNames({ files, lab, before, undo }: Call): Promise<void> {
  const gateways = planFamilies(lab.subnet, lab.ipFamily).map(({ gateway }) => gateway);
  const { namespace } = labNames(lab.name);
  // Of a new lab the file goes with everything else.
  if (before !== undefined)
    undo.push(async () => {
      await tellNames(before.nodes, files.resolver);
    });
  const outcome = await ensureResolver(namespace, gateways, lab.nodes, files.resolver);
  if (outcome === 'started') undo.push(() => endResolver(files.resolver));
}

/** Boots all nodes at once. When one fails, the others are not waited for; returns the names of those started. */
async function bootAll(call: Call): Promise<readonly string[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([call.signal, failure.signal]);
  const started: string[] = [];
  await Promise.allSettled(
    call.lab.nodes.map(async (node) => {
      try {
        if ((await boot({ ...call, signal }, node)) === 'started') started.push(node.name);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  throwIfInterrupted(call.signal);
  // The first failure; those that it interrupted come after it.
  failure.signal.throwIfAborted();
  return started;
}

async function boot(call: Call, node: LabNode): Promise<'running' | 'started'> {
  const { files, lab, undo, report, signal } = call;
  const own = files.node(node.name);
  if ((await runningSession(own)) === undefined) undo.push(() => killProcess(own));
  const from = performance.now();
  const outcome = await startNode(files, lab, node, signal);
  await waitForSsh(files, node, bootMs, signal);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  if (outcome === 'started') report(`${node.name} answers SSH after ${seconds} s`);
  return outcome;
}

async function takeBack({ undo, report }: Call): Promise<void> {
  report('removing what was made');
  for (const step of undo.reverse()) {
    await step().catch((error: unknown) => {
      const reason = asError(error).message;
      report(`${reason}; \`ipvs-bootstrap lab down\` removes what is left`);
    });
  }
}

async function cpuFacts(name: string): Promise<CpuFacts> {
  const others = (await allLabs()).filter((lab) => lab.name !== name);
  const used = others.flatMap(({ nodes }) => nodes.map(({ cpu }) => cpu));
  return { allowed: await allowedCpus(), used };
}
