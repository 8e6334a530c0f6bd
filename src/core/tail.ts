// The end of what a command said, as errors show it: the reason stands there.

/** @param characters how many at most */
export function tail(text: string, characters = 4000): string {
  const lines = text.trimEnd().split('\n').slice(-tailLines).join('\n');
  if (lines.length <= characters) return lines;
  // Without the rest of a word that was cut: of a secret, no redactor would know it.
  return lines.slice(-characters).replace(/^\S*/, '…');
}

const tailLines = 20;
