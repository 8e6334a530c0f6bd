// An SSH exec channel as a shell's process.
import type { ClientChannel } from 'ssh2';
import { afterOutput } from '../shell/after-output.ts';
import type { ShellExit, ShellProcess } from '../shell/shell-process.ts';

export function shellProcess(channel: ClientChannel): ShellProcess {
  let end = (): void => undefined;
  const exited = afterOutput<ShellExit>((exit, close) => {
    let status: ShellExit = {};
    end = () => {
      close(status);
    };
    channel.on('exit', (code: number | null, signal?: string) => {
      status = { code: code ?? undefined, signal };
      exit(status);
    });
    channel.on('close', end);
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exited,
    close: () => {
      channel.close();
      // The server may hold its answer back until the command has ended.
      end();
    },
  };
}
