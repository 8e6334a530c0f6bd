// Reads the simple commands that `cmd` writes back into words; anything else is not a simple command.

/** Blanks, plain characters, a quoted text, or a quote between two quoted texts. */
const token = /(?<blank>[ \t]+)|(?<plain>[A-Za-z0-9_@%+=:,./-]+)|'(?<quoted>[^']*)'|\\(?<escaped>')/y;

/** The words of quoted text, or undefined when it contains shell syntax. */
export function shellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  while (end < text.length) {
    token.lastIndex = end;
    const groups = token.exec(text)?.groups;
    if (groups === undefined) return undefined;
    end = token.lastIndex;
    const part = groups['plain'] ?? groups['quoted'] ?? groups['escaped'];
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** The simple commands of a sequence joined by `&&`, or undefined when it is more than that. */
export function simpleCommands(text: string): readonly (readonly string[])[] | undefined {
  const commands = text.split(/\s*&&\s*/).map(shellWords);
  const known = commands.filter((words) => words !== undefined && words.length > 0);
  return known.length === commands.length ? (known as readonly (readonly string[])[]) : undefined;
}
