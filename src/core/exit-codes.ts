// The exit codes of every command. docs/commands.md explains them to users.

/** Process exit codes, by what went wrong. */
export const exitCodes = {
  done: 0,
  someHostsFailed: 1,
  changesNeeded: 2,
  invalidInput: 3,
  connect: 4,
  preflight: 5,
  command: 6,
  drift: 7,
  locked: 8,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
