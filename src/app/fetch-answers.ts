// Fetches a few pages through each external IP from the machine that this runs on.
import { get } from 'node:http';
import { inBrackets } from '../core/ip.ts';
import type { ResolvedWorkload } from '../inventory/resolve.ts';

export interface FetchedAnswers {
  readonly url: string;
  readonly namespace: string;
  /** First line of each answer, or what went wrong. */
  readonly answers: readonly string[];
}

const deadlineMs = 5000;

/** Asks every TCP Service with an external IP `times` times, each time over a new connection. */
export async function fetchAnswers(
  workloads: readonly ResolvedWorkload[],
  times: number,
  signal: AbortSignal,
): Promise<readonly FetchedAnswers[]> {
  const targets = workloads.flatMap(({ namespace, services }) =>
    services
      .filter(({ protocol }) => protocol === 'TCP')
      .flatMap(({ port, externalIPs }) =>
        externalIPs.map((address) => ({ namespace, url: urlOf(address, port) })),
      ),
  );
  return Promise.all(
    targets.map(async ({ namespace, url }) => {
      const answers: string[] = [];
      for (let turn = 0; turn < times; turn += 1) answers.push(await firstLine(url, signal));
      return { namespace, url, answers };
    }),
  );
}

function urlOf(address: string, port: number): string {
  const host = inBrackets(address);
  return `http://${host}${port === 80 ? '' : `:${port}`}/`;
}

/** Without keep-alive, so that each request is a connection of its own for IPVS to schedule. */
async function firstLine(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal, timeout: deadlineMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve(text.trim().split('\n')[0] ?? '');
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer in ${deadlineMs / 1000} s`)));
    request.on('error', ({ message }) => {
      resolve(message);
    });
  });
}
