// No secret is shown by anything: every operation that has one, run on hosts that print all they are given, in every output.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRunSecrets, type RunSecrets } from '../../../src/app/run-secrets.ts';
import type { HostRequest } from '../../../src/core/host.ts';
import { contentBytes, Redactor, Secret } from '../../../src/core/secret.ts';
import type { RunEvent } from '../../../src/engine/events/events.ts';
import { openJournal } from '../../../src/engine/events/journal.ts';
import { textAt, type KubernetesObject } from '../../../src/kube/objects/object.ts';
import { secretValues } from '../../../src/kube/objects/secret-object.ts';
import type { FactNeed } from '../../../src/operations/operation.ts';
import { createJsonScreen } from '../../../src/ui/json-screen.ts';
import { createPlainScreen } from '../../../src/ui/plain-screen.ts';
import { thrownLines } from '../../../src/ui/problem-text.ts';
import { reportPage } from '../../../src/ui/report/page.ts';
import { ProofCollector } from '../../../src/ui/report/proof.ts';
import { createStyle } from '../../../src/ui/style.ts';
import { FakeNetwork } from '../../support/fake-host.ts';
import { ModelMachine, type Answer } from '../../support/model-machine.ts';
import { answeredOperation, plannedCases, readerOf, type PlannedCase } from '../../support/planned-cases.ts';
import { recordingOutput } from '../../support/recording-output.ts';
import { phase, runOn, task } from './support.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'secrets-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Does nothing, and prints all it is given, line by line; from one step on each fails. */
class TalkativeMachine extends ModelMachine {
  readonly requests: HostRequest[] = [];
  readonly #probes: ReadonlySet<string>;
  readonly #failsFrom: number;

  constructor(name: string, probes: ReadonlySet<string>, failsFrom: number) {
    super(name);
    this.#probes = probes;
    this.#failsFrom = failsFrom;
  }

  override execute(request: HostRequest): Answer {
    if (this.#probes.has(request.command.text)) return { exitCode: 0, stdout: '', stderr: '' };
    this.requests.push(request);
    const { stdin = '' } = request;
    const given = (stdin instanceof Uint8Array ? Buffer.from(stdin) : contentBytes(stdin)).toString();
    const lines = given.split('\n').map((line) => `bad line: ${line}\n`);
    const coded = given.split(/[\s"]+/).map((word) => Buffer.from(word).toString('base64'));
    const said = [...lines, ...coded, JSON.stringify(given)].join('\n');
    const exitCode = this.requests.length > this.#failsFrom ? 1 : 0;
    return { exitCode, stdout: said, stderr: said.slice(-3500) };
  }
}

/** A case with the secrets of a run in place of those that it writes. */
function withRunSecrets(planned: PlannedCase, run: RunSecrets): unknown {
  const given = planned.args as Readonly<Record<string, unknown>>;
  const { bootstrapToken, certificateKey, virtualIPPassword: password } = run;
  const own: Readonly<Record<string, Secret>> = { bootstrapToken, certificateKey, password };
  const args = Object.entries(given).map(([key, value]) => [
    key,
    value instanceof Secret ? (own[key] ?? value) : value,
  ]);
  return planned.operation.args.parse(Object.fromEntries(args));
}

/** The secrets under a value that are one word; documents consist of these and of what everybody may see. */
function wordsOf(value: unknown): readonly string[] {
  if (value instanceof Secret) return /^\S{8,}$/.test(value.reveal()) ? [value.reveal()] : [];
  if (isSecretObject(value)) return secretValues(value).flatMap(wordsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(wordsOf);
}

/** One of the API, as a manifest has it. */
function isSecretObject(value: unknown): value is KubernetesObject {
  return textAt(value, 'kind') === 'Secret';
}

interface Shown {
  /** Everything that was written anywhere, by the name of the output. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly requests: readonly HostRequest[];
  readonly canaries: readonly string[];
}

let runs = 0;

async function show(planned: PlannedCase, mode: 'plan' | 'apply', failsFrom: number): Promise<Shown> {
  const redactor = new Redactor();
  const secrets = createRunSecrets(redactor);
  const args = withRunSecrets(planned, secrets);
  const operation = answeredOperation(planned);
  const { fake, machines } = talkative(operation.needs(args), failsFrom);
  const json = recordingOutput('json');
  const plain = recordingOutput('plain');
  const journal = openJournal(path.join(folder, `${(runs += 1)}.ndjson`), '');
  const collector = new ProofCollector();
  const sinks = [createJsonScreen(json), createPlainScreen(plain), journal.sink, collector.sink];
  const onEvent = (event: RunEvent): void => {
    for (const sink of sinks) sink(event);
  };
  const phases = [phase('only', task('Do it', operation, { on: ['n1'], args }))];
  const { errors } = await runOn(fake, phases, { mode, redactor, onEvent });
  journal.close();
  expect(statSync(journal.path).mode & 0o777).toBe(0o600);
  const half = secrets.bootstrapToken.reveal().slice(7);
  const all = new Set([...wordsOf(args), ...wordsOf(planned.facts), ...wordsOf(secrets), half]);
  return {
    canaries: [...all].flatMap((word) => [word, Buffer.from(word).toString('base64')]),
    requests: machines.flatMap((machine) => machine.requests),
    outputs: {
      json: [...json.results, ...json.progressed].join('\n'),
      plain: [...plain.results, ...plain.progressed].join('\n'),
      journal: readFileSync(journal.path, 'utf8'),
      report: reportPage(collector.proof, { name: 'test', version: '0' }),
      errors: errors.flatMap((error) => thrownLines(error, createStyle(false), true)).join('\n'),
    },
  };
}

/** The host and those that the operation asks about. */
function talkative(needs: readonly FactNeed[], failsFrom: number) {
  const names = [...new Set(['n1', ...needs.flatMap(({ host }) => host ?? [])])];
  const probes = new Set(needs.map(({ query }) => query.command.text));
  const fake = new FakeNetwork(names);
  const machines = names.map((name) => new TalkativeMachine(name, probes, failsFrom));
  for (const machine of machines) fake.machines.set(machine.name, machine);
  return { fake, machines };
}

const cases = plannedCases().filter(({ args, facts }) => holdsSecret([args, facts]));

function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret || isSecretObject(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret);
}

describe('a file that holds a secret', () => {
  it.each(cases.map((planned) => [planned.name, planned] as const))(
    'is for root alone: %s',
    (_name, planned) => {
      const { operation, facts } = planned;
      const args = operation.args.parse(planned.args);
      for (const step of operation.plan(args, readerOf(operation, args, facts)).steps) {
        if (step.kind !== 'write') continue;
        const isSecret = step.content instanceof Secret;
        if (isSecret) expect(step.mode & 0o077, step.title).toBe(0);
        const text = contentBytes(step.content).toString();
        for (const word of wordsOf([args, facts]))
          expect(text.includes(word) && !isSecret, step.title).toBe(false);
      }
    },
  );
});

describe('nothing shows the secrets of', () => {
  const travelled = new Set<string>();

  it.each(cases.map((planned) => [planned.name, planned] as const))('%s', async (_name, planned) => {
    const runsOf = [
      ['plan', 0],
      ['apply', 0],
      ['apply', 1],
      ['apply', 2],
      ['apply', 99],
    ] as const;
    for (const [mode, failsFrom] of runsOf) {
      const { outputs, requests, canaries } = await show(planned, mode, failsFrom);
      for (const [output, text] of Object.entries(outputs)) {
        for (const canary of canaries) expect(text, `${output} of ${mode}`).not.toContain(canary);
      }
      for (const { command, stdin = '' } of requests) {
        // Arguments of programs are there for every user of the host to see.
        for (const canary of canaries) expect(command.text).not.toContain(canary);
        const bytes = stdin instanceof Uint8Array ? Buffer.from(stdin) : contentBytes(stdin);
        if (canaries.some((canary) => bytes.includes(canary))) travelled.add(planned.operation.name);
      }
    }
  });

  it('hosts that have them sent to', () => {
    expect([...travelled].sort()).toEqual([
      'containerd.configured',
      'control-plane.initialized',
      'download-proxy.configured',
      'external-ips.configured',
      'file.present',
      'node.joined',
      'pod-network.applied',
      'virtual-ip.configured',
    ]);
  });
});
