// The page of known causes, made from them.
import { sources } from '../facts/diagnosis/sighting.ts';
import type { Cause } from './cause.ts';
import { causeGroups } from './causes.ts';

/** Markdown with a table for each group. */
export function causeReference(): string {
  const groups = causeGroups.map(([heading, causes]) => [`## ${heading}`, '', table(causes), ''].join('\n'));
  return [head, ...groups].join('\n');
}

const head = `# Known causes

<!-- Made from src/diagnosis/causes by a test: \`npx vitest run --project unit test/unit/diagnosis --update\` -->

What [a diagnosis](../diagnosis.md) can name. An event \`task.diagnosed\` has the name as \`id\`, an error as
\`data.diagnosis\`. Something may be said for certain, as likely, or as a symptom that may follow from something else.
With a † a wait ends early, as the cause does not go away by itself.
`;

function table(causes: readonly Cause[]): string {
  const rows = causes.map((cause) => `| ${cells(cause).map(cell).join(' | ')} |`);
  return ['| name | what it means | what to do | looked for in |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function cells(cause: Cause): readonly string[] {
  const { id, certainty, says, hint, isFatal, since, until } = cause;
  const versions = [
    ...(since === undefined ? [] : [`from ${since} on`]),
    ...(until === undefined ? [] : [`before ${until}`]),
  ];
  const named = [`\`${id}\`${isFatal === true ? ' †' : ''}`, certainty, ...versions].join(', ');
  return [named, words(says), words(hint), cause.sources.map((source) => sources[source]).join(', ')];
}

/** What is put in when something was seen. */
function words(text: string): string {
  return text
    .replaceAll('{host}', 'HOST')
    .replaceAll('{of}', 'it')
    .replaceAll(/(?:\$\d)+/g, '…');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
