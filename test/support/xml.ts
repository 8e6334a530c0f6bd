// As much of XML as tells whether a browser will take a file.

const tag = /<(\/?)([A-Za-z]+)([^<>]*?)(\/?)>/g;
const attributes = /^(?:\s+[A-Za-z][\w:-]*="[^"<]*")*$/;

/** What is not well-formed, or undefined. Takes elements, attributes and text; no comments, and no instructions. */
export function xmlMistake(text: string): string | undefined {
  const stray = /<|&(?!(?:amp|lt|gt|quot);)/.exec(text.replaceAll(tag, ''))?.[0];
  return stray === undefined ? tagMistake(text) : `a stray ${stray}`;
}

function tagMistake(text: string): string | undefined {
  const open: string[] = [];
  for (const [all, end, name = '', inside = '', empty] of text.matchAll(tag)) {
    if (!attributes.test(inside)) return `the attributes of ${all}`;
    if (end === '/' && open.pop() !== name) return `${all} ends another element`;
    if (end === '' && empty === '') open.push(name);
  }
  return open.length === 0 ? undefined : `no end of ${open.join(', ')}`;
}
