// The YAML parser's errors in this program's words.
import type { YAMLError } from 'yaml';
import type { Refusal } from './plain-value.ts';
import { textStart, type Span } from './span.ts';
import { explainBySlips } from './yaml-slips.ts';

interface Sentence {
  readonly message: string;
  readonly hint?: string;
}

const sentences: Readonly<Record<string, Sentence>> = {
  ALIAS_PROPS: { message: 'an alias ("*name") can have neither a tag nor an anchor' },
  BAD_ALIAS: { message: 'the anchor or alias has no usable name' },
  BAD_DIRECTIVE: { message: 'the "%" directive is not understood', hint: 'Remove the line.' },
  BAD_DQ_ESCAPE: {
    message: 'not an escape that YAML knows inside double quotes',
    hint: 'Write a backslash twice, or use single quotes.',
  },
  BAD_INDENT: {
    message: 'the indentation fits no line above',
    hint: 'Entries that belong together start in the same column, each entry of a list with "- ".',
  },
  BAD_PROP_ORDER: { message: 'an anchor or a tag stands in the wrong place' },
  BAD_SCALAR_START: {
    message: 'a text cannot start with this character',
    hint: 'Put the text in quotes.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ":" in one line makes a map where none can be',
    hint: 'Put a text that contains ": " or ends with ":" in quotes; keys of one map start in the same column.',
  },
  BLOCK_IN_FLOW: {
    message: 'inside [ ] and { } neither block maps nor block lists can stand',
    hint: 'Put a text that ends with ":" or starts with "-" in quotes.',
  },
  KEY_OVER_1024_CHARS: { message: 'a key is longer than 1024 characters' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key must be on one line and be followed by ":"',
    hint: 'Is there a ":" missing, or a quote or bracket left open above?',
  },
  MULTIPLE_ANCHORS: { message: 'a value can have one anchor only' },
  MULTIPLE_DOCS: {
    message: 'the file holds more than one YAML document',
    hint: 'Put everything into one document: remove this "---" and what follows, or join the two.',
  },
  MULTIPLE_TAGS: { message: 'a value can have one tag only' },
  NON_STRING_KEY: {
    message: 'a key must be plain text',
    hint: 'A value that starts with "{" or "[" must be put in quotes to be a text.',
  },
  RESOURCE_EXHAUSTION: { message: 'maps and lists are nested too deep' },
  TAB_AS_INDENT: {
    message: 'a tab is used as indentation',
    hint: 'YAML is indented with spaces only.',
  },
  TAG_RESOLVE_FAILED: {
    message: 'tags ("!name") are not used in this file',
    hint: 'Remove the tag; a text that starts with "!" must be put in quotes.',
  },
  BAD_COLLECTION_TYPE: { message: 'tags ("!name") are not used in this file', hint: 'Remove the tag.' },
  UNEXPECTED_TOKEN: {
    message: 'this character is not expected here',
    hint: 'Put a text that needs it in quotes; inside { } and [ ] this goes for expressions, too.',
  },
};

/** Errors that are told apart by the parser's words only. */
const sentencesByWords: readonly (readonly [RegExp, Sentence])[] = [
  [
    /^Missing closing/,
    { message: 'a quote is opened and never closed', hint: 'Look for it in this line and above.' },
  ],
  [/^Flow .* end with a \}/, { message: 'a "}" is missing', hint: 'Close every "{" and "[".' }],
  [/^Flow .* end with a \]/, { message: 'a "]" is missing', hint: 'Close every "{" and "[".' }],
  [
    /block sequence may not be used as an implicit map key/i,
    {
      message: 'a list entry stands where a key must be',
      hint: 'Indent it like the other entries of its list.',
    },
  ],
  [
    /without - indicator/,
    {
      message: 'the indentation fits no line above',
      hint: 'Entries that belong together start in the same column, each entry of a list with "- ".',
    },
  ],
  [
    /^Implicit map keys need/,
    {
      message: 'a key must be followed by ":" and a value',
      hint: 'Is there a ":" or a blank after it missing?',
    },
  ],
];

/**
 * The sentences for the parser's errors. A tab upsets everything below it, so where there are tabs only they are told;
 * where nesting exhausts the parser depends on the machine, so that is told of the file as a whole.
 */
export function describeYamlErrors(errors: readonly YAMLError[], text: string): readonly Refusal[] {
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) return [{ span: textStart, ...sentenceFor(tooDeep) }];
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  const refusal = (error: YAMLError): Refusal => ({ span: spanIn(text, error), ...sentenceFor(error) });
  if (tabs.length > 0) return tabs.map(refusal);
  const { slips, others } = explainBySlips(text, errors);
  return slips.length > 0 ? [...others.map(refusal), ...slips] : withoutEchoes(errors).map(refusal);
}

/** A line that fits nowhere takes the keys below it along: they seem to belong to its value. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  const misplaced = errors.findIndex(({ code }) => code === 'BAD_INDENT');
  return errors.filter(
    ({ code }, index) => misplaced === -1 || index <= misplaced || !/IMPLICIT_KEY$/.test(code),
  );
}

/** What the parser complains about; it often names the first character only. */
function spanIn(text: string, { code, pos: [start, end] }: YAMLError): Span {
  const meant = (wholes[code] ?? indentation).exec(text.slice(start, start + 1000))?.[0].length ?? 0;
  return { start, end: Math.max(end, start + meant) };
}

const indentation = /^ */;
/** What other complaints are about where that is more than their first character. */
const wholes: Readonly<Record<string, RegExp>> = {
  TAB_AS_INDENT: /^[ \t]+/,
  // Up to the end of the line and beyond: marks end with their line, before its comment.
  BLOCK_AS_IMPLICIT_KEY: /^[^\n]*\n?/,
};

function sentenceFor({ code, message }: YAMLError): Sentence {
  const byWords = sentencesByWords.find(([pattern]) => pattern.test(message));
  // Which character is missing, the parser says best itself.
  return byWords?.[1] ?? sentences[code] ?? { message: message.charAt(0).toLowerCase() + message.slice(1) };
}
