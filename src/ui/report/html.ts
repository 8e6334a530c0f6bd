// HTML as values: every text put into a page is escaped, so that no name from a cluster becomes markup.

/** Markup. Made by `html` only. */
export class Html {
  readonly text: string;
  /** @internal */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in an `html` template; undefined gives nothing. */
export type HtmlValue = string | number | Html | readonly Html[] | undefined;

/** Builds markup: html`<b>${name}</b>`. Texts are escaped, other markup is put in as it is. Quote attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = strings.reduce((all, part, index) => all + part + markup(values[index]), '');
  return new Html(text);
}

/** Constant text that is no HTML, such as a style sheet. Never build its argument from data. */
export function constantText(text: string): Html {
  return new Html(text);
}

function markup(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
