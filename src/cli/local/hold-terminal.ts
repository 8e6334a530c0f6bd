// Gives the terminal back whenever the program leaves it: at its end, however that comes, and while it is suspended.

export interface TerminalHolder {
  pause(): void;
  resume(): void;
}

/** Listens until the returned function is called. */
export function holdTerminal(holder: TerminalHolder): () => void {
  const leave = (): void => {
    holder.pause();
  };
  const suspend = (): void => {
    holder.pause();
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = (): void => {
    holder.resume();
  };
  process.on('exit', leave);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', resume);
  return () => {
    process.off('exit', leave);
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', resume);
  };
}
