// Reads apt's lists of package sources, in both formats: deb822 (.sources) and one line per source (.list).

/** One source of packages, as the machine's administrator configured it. Disabled entries are left out. */
export interface AptSource {
  /** `deb`, `deb-src` or both. */
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of a key ring, key fingerprints or a whole key; undefined when apt's global keys apply. */
  readonly signedBy: string | undefined;
  /** True when the administrator told apt to trust this source without a signature. */
  readonly trusted: boolean;
}

/** Parses a file of one-line entries such as `deb [signed-by=/k.gpg] URI bookworm main`. Other lines are ignored. */
export function parseSourcesList(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (match === null) return [];
    const [, type = '', options = '', uri = '', suite = '', components = ''] = match;
    const option = (name: string) =>
      words(options)
        .find((word) => word.startsWith(`${name}=`))
        ?.slice(name.length + 1);
    return [
      {
        types: [type],
        uris: [uri],
        suites: [suite],
        components: words(components),
        signedBy: option('signed-by'),
        trusted: option('trusted') === 'yes',
      },
    ];
  });
}

/** Parses a deb822 file: paragraphs of `Field: value`, where an indented line continues the value above it. */
export function parseDeb822Sources(text: string): readonly AptSource[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .map(paragraphFields)
    .filter((fields) => fields.has('uris') && fields.get('enabled') !== 'no')
    .map((fields) => ({
      types: words(fields.get('types')),
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      signedBy: fields.get('signed-by'),
      trusted: fields.get('trusted') === 'yes',
    }));
}

function paragraphFields(paragraph: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let name: string | undefined;
  for (const line of paragraph.split('\n')) {
    const match = /^([^\s:]+):\s*(.*?)\s*$/.exec(line);
    if (match !== null) {
      name = (match[1] ?? '').toLowerCase();
      fields.set(name, match[2] ?? '');
    } else if (name !== undefined && /^\s+\S/.test(line)) {
      fields.set(name, `${fields.get(name) ?? ''}\n${line.trimEnd()}`);
    }
  }
  return fields;
}

function words(text = ''): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
