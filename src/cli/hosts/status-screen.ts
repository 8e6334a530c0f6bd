// Where looks at a cluster go: a live screen, plain lines or JSON lines.
import { count } from '../../core/count.ts';
import type { ClusterStatus } from '../../engine/events/status-schema.ts';
import { formatDuration } from '../../ui/format.ts';
import { LiveStatusScreen, lineStatusScreen } from '../../ui/status/screen.ts';
import type { StatusEvent } from '../../ui/status/view.ts';
import type { CommandContext } from '../context.ts';
import { holdTerminal } from '../local/hold-terminal.ts';

export interface StatusScreen {
  show(status: ClusterStatus): void;
  /** Gives the terminal back. */
  close(): void;
}

export interface StatusView {
  /** How many hosts are looked at. */
  readonly hosts: number;
  /** Milliseconds between two looks; undefined when there is only one. */
  readonly interval: number | undefined;
}

interface EventScreen {
  readonly show: (event: StatusEvent) => void;
  readonly close: () => void;
}

/** Where nothing says how wide lines may be. */
const unlimited = 10_000;

export async function createStatusScreen(context: CommandContext, view: StatusView): Promise<StatusScreen> {
  const { show, close } = await chooseScreen(context, view);
  return {
    show: (status) => {
      show({ type: 'status', time: new Date().toISOString(), ...status });
    },
    close,
  };
}

async function chooseScreen({ output }: CommandContext, view: StatusView): Promise<EventScreen> {
  if (output.format === 'json') {
    const show = (event: StatusEvent): void => {
      output.result(JSON.stringify(event));
    };
    return { show, close: () => undefined };
  }
  const { stdout } = process;
  const isPretty = output.format === 'pretty';
  // Cursor movements are for terminals: a pipe gets one look after the other.
  if (isPretty && stdout.isTTY && view.interval !== undefined) {
    const live = new LiveStatusScreen(stdout, output.style, formatDuration(view.interval), view.hosts);
    const release = holdTerminal(live);
    const close = (): void => {
      live.close();
      release();
    };
    return { show: live.show.bind(live), close };
  }
  const width = stdout.isTTY && stdout.columns > 0 ? stdout.columns : unlimited;
  const lines = lineStatusScreen(output, width, view.interval !== undefined);
  if (!isPretty) return { show: lines, close: () => undefined };
  const { createSpinner } = await import('../../ui/spinner.ts');
  const spinner = createSpinner(output.style);
  spinner.start(`Looking at ${count(view.hosts, 'host')}`);
  const show = (event: StatusEvent): void => {
    spinner.stop();
    lines(event);
  };
  return { show, close: () => spinner.stop() };
}
