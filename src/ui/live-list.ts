// One live list on the terminal (listr2 as a passive view): a heading, and a line for each thing at work under it.
import { Listr, ListrLogger, ProcessOutput, type ListrDefaultRendererLogLevels } from 'listr2';

/** The little of a listr2 task that a line needs. */
interface TaskView {
  title: string;
  output: string;
}

interface Line {
  view?: TaskView;
  isFailed: boolean;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

/**
 * A list that begins on construction and ends with `finish`. Nothing else may be printed in between.
 * listr2 only draws: it neither runs, stops nor retries anything here.
 */
export class LiveList {
  readonly #heading = createLine();
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #drawn: Promise<unknown>;
  #lastTitle: string | undefined;

  /** @param names the lines under the heading; with none the heading stands alone. */
  constructor(title: string, names: readonly string[]) {
    this.#lines = new Map(names.map((name) => [name, createLine()]));
    this.#drawn = this.#list(title).run();
  }

  /** Shows what a line is doing; without a name, or with an unknown one, it shows under the heading. */
  show(name: string | undefined, text: string): void {
    const view = (this.#lines.get(name ?? '') ?? this.#heading).view;
    if (view !== undefined) view.output = text;
  }

  /** Marks a line as failed; it stays visible after the end. */
  fail(name: string): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    line.isFailed = true;
    line.end();
  }

  /** Ends the list under its last title and waits until it is drawn. */
  async finish(title: string, isFailed: boolean): Promise<void> {
    this.#lastTitle = title;
    if (this.#heading.view !== undefined) this.#heading.view.title = title;
    this.#heading.isFailed = isFailed;
    for (const line of [...this.#lines.values(), this.#heading]) line.end();
    await this.#drawn;
  }

  #list(title: string): Listr {
    const children = [...this.#lines].map(([name, line]) => ({
      title: name,
      task: (_context: unknown, view: TaskView) => follow(line, view),
    }));
    return new Listr(
      [
        {
          title,
          task: (_context, view) => {
            this.#heading.view = view;
            // Work that took no time ends before it is drawn first.
            view.title = this.#lastTitle ?? view.title;
            if (children.length === 0) return follow(this.#heading, view);
            return view.newListr(children, { concurrent: true, exitOnError: false });
          },
        },
      ],
      {
        exitOnError: false,
        registerSignalListeners: false,
        rendererOptions: { logger: errorStreamLogger(), collapseErrors: true, showErrorMessage: false },
      },
    );
  }
}

function createLine(): Line {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { isFailed: false, end, ended };
}

/** Lives as long as the line; rejecting is how listr2 is told to draw a cross. */
async function follow(line: Line, view: TaskView): Promise<void> {
  line.view = view;
  await line.ended;
  if (line.isFailed) throw new Error(view.title);
}

function errorStreamLogger(): ListrLogger<ListrDefaultRendererLogLevels> {
  const processOutput = new ProcessOutput(process.stderr, process.stderr);
  return new ListrLogger<ListrDefaultRendererLogLevels>({ useIcons: true, toStderr: [], processOutput });
}
