// When a shell is over: its streams are at their end, or it has exited and nothing more came for a moment.

/** A child that still holds the streams must not keep a dead shell from being noticed. */
const drainMs = 250;

/**
 * Resolves with what `close` gets, or with what `exit` got a moment before.
 * @param listen wires the two; `exit` is for the end of the process, `close` for the end of its streams
 */
export function afterOutput<T>(
  listen: (exit: (value: T) => void, close: (value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve) => {
    listen((value) => {
      setTimeout(resolve, drainMs, value);
    }, resolve);
  });
}
