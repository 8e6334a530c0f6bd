// Numbers of things in sentences.

/** "1 host", "3 hosts". */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
