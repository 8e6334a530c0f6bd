// Long local work as a list of stages with times: what the lab builds and boots.
import { formatDuration } from './format.ts';
import { LiveList } from './live-list.ts';
import type { Output } from './output.ts';

/** A piece of work with a title; its result is one word for the screen, such as "cached". */
export interface ShownStage {
  readonly title: string;
  run(report: (line: string) => void, signal: AbortSignal): Promise<string>;
}

interface StageLine {
  readonly report: (line: string) => void;
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
    const line = startLine(stage.title, output);
    const started = performance.now();
    const took = (): string => formatDuration(performance.now() - started);
    try {
      const outcome = await stage.run(line.report, signal);
      await line.finish(`${stage.title}: ${outcome}, ${took()}`, false);
    } catch (error) {
      await line.finish(`${stage.title}: failed after ${took()}`, true);
      throw error;
    }
  }
}

function startLine(title: string, output: Output): StageLine {
  switch (output.format) {
    case 'pretty': {
      const list = new LiveList(title, []);
      return {
        report: (line) => {
          list.show(undefined, line);
        },
        finish: (text, isFailed) => list.finish(text, isFailed),
      };
    }
    case 'plain':
      output.progress(`${title} …`);
      return plainLine((text) => {
        output.progress(text);
      });
    case 'json':
      return plainLine((text) => {
        output.result(
          JSON.stringify({ type: 'stage.finished', time: new Date().toISOString(), title: text }),
        );
      });
  }
}

/** Details are for those who watch; a log gets the end of each stage only. */
function plainLine(print: (text: string) => void): StageLine {
  return {
    report: () => undefined,
    finish: async (text) => {
      print(text);
    },
  };
}
