// Long local work as a list of stages with times: what the lab builds and boots.
import { formatDuration } from './format.ts';
import type { Output } from './output.ts';

/** A piece of work with a title; its result is one word for the screen, such as "cached". */
export interface ShownStage {
  readonly title: string;
  run(report: (line: string) => void, signal: AbortSignal): Promise<string>;
}

/** Between two lines of a log that say that a stage is still at work. */
const silenceMs = 30_000;

interface StageLine {
  readonly report: (line: string) => void;
  /** Says how long it has taken so far, where nothing on the screen shows it. */
  readonly stillAtWork: (took: string) => void;
  finish(text: string, isFailed: boolean): Promise<void>;
}

/** Runs the stages one after the other and shows each with its time; the first failure ends it and is thrown. */
export async function runStages(
  stages: readonly ShownStage[],
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  for (const stage of stages) {
    signal.throwIfAborted();
    const line = await startLine(stage.title, output);
    const started = performance.now();
    const took = (): string => formatDuration(performance.now() - started);
    const timer = setInterval(() => {
      line.stillAtWork(took());
    }, silenceMs);
    try {
      const outcome = await stage.run(line.report, signal);
      await line.finish(`${stage.title}: ${outcome}, ${took()}`, false);
    } catch (error) {
      await line.finish(`${stage.title}: failed after ${took()}`, true);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

async function startLine(title: string, output: Output): Promise<StageLine> {
  switch (output.format) {
    case 'pretty': {
      const { LiveList } = await import('./live-list.ts');
      const list = new LiveList(title, []);
      return {
        report: (line) => {
          list.show(undefined, line);
        },
        stillAtWork: () => undefined,
        finish: (text, isFailed) => list.finish(text, isFailed),
      };
    }
    case 'plain':
      return plainLine(title, output);
    case 'json':
      return jsonLine(output);
  }
}

/** A log gets the beginning and the end of each stage, and every now and then what it is at. */
function plainLine(title: string, { progress }: Output): StageLine {
  let last = '';
  progress(`${title} …`);
  return {
    report: (line) => {
      last = `: ${line}`;
    },
    stillAtWork: (took) => {
      progress(`${title}: ${took} so far${last}`);
    },
    finish: async (text) => {
      progress(text);
    },
  };
}

function jsonLine({ result }: Output): StageLine {
  return {
    report: () => undefined,
    stillAtWork: () => undefined,
    finish: async (title) => {
      result(JSON.stringify({ type: 'stage.finished', time: new Date().toISOString(), title }));
    },
  };
}
