// A word as bash has it on the command line, quotes and all → the word that it stands for.

/** Nothing is expanded, and a quote may still be open. */
export function unquote(word: string): string {
  let quote = '';
  let text = '';
  for (let at = 0; at < word.length; at += 1) {
    const letter = word[at] ?? '';
    if (letter === '\\' && quote !== "'") {
      at += 1;
      text += word[at] ?? '';
    } else if (letter === quote) quote = '';
    else if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
    else text += letter;
  }
  return text;
}
