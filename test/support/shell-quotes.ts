// Which parts of a shell text are data for sure: what stands in single quotes.

/**
 * The text with everything in single quotes taken out, as a shell reads it: what is left is syntax.
 * @throws Error when a quote is left open
 */
export function outsideQuotes(text: string): string {
  let left = '';
  let at = 0;
  let isDouble = false;
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '\\') {
      left += text.slice(at, at + 2);
      at += 2;
    } else if (sign === "'" && !isDouble) {
      const end = text.indexOf("'", at + 1);
      if (end === -1) throw new Error(`a quote is left open: ${text.slice(at, at + 60)}`);
      left += "''";
      at = end + 1;
    } else if (sign === '#' && !isDouble && /(^|[\s;(])$/.test(left)) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else {
      if (sign === '"') isDouble = !isDouble;
      left += sign;
      at += 1;
    }
  }
  return left;
}
