// Colours and marks for terminals; plain text elsewhere.
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Paints a text, or leaves it as it is. */
export type Paint = (text: string) => string;

/** The program's few colours, by meaning. */
export interface Style {
  readonly isColoured: boolean;
  readonly good: Paint;
  readonly bad: Paint;
  readonly changed: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
}

/** A style with colours, or one that paints nothing. */
export function createStyle(hasColour: boolean): Style {
  const paint = (format: Format) => (text: string) =>
    hasColour ? styleText(format, text, { validateStream: false }) : text;
  return {
    isColoured: hasColour,
    good: paint('green'),
    bad: paint('red'),
    changed: paint('yellow'),
    faint: paint('dim'),
    strong: paint('bold'),
  };
}

/**
 * Whether to colour a stream: terminals only, unless NO_COLOR is set to anything or TERM is "dumb" (no-color.org). With
 * FORCE_COLOR any stream is coloured, or with 0 none, and nothing else counts; so does Node itself.
 */
export function wantsColour(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return !['0', 'false'].includes(forced);
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return isTerminal && !refused;
}
