// Files with checksums: a digest alone, as beside the files of dl.k8s.io, or lists as sha256sum prints them, which may be
// signed in clear text, as those of runc are.

const digest = /^[0-9a-f]{64}$/i;

/** `HEX  NAME`, or `HEX *NAME` for what was read as binary; a "\" in front means that the name has escapes. */
const row = /^\\?([0-9a-f]{64}) [ *](.+)$/i;

/**
 * The SHA-256 in such a text, in lower case. Of a list the row for `fileName`, which may be the end of a path.
 * @throws Error with a sentence that says what is wrong
 */
export function checksumOf(text: string, fileName?: string): string {
  const lines = withoutSignature(text.replace(/^\uFEFF/, ''))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  if (lines.length === 0) throw new Error('the checksum file is empty');
  if (lines.length === 1 && digest.test(lines[0] ?? '')) return (lines[0] ?? '').toLowerCase();
  const rows = lines.map(readRow);
  const found =
    fileName === undefined ? rows : rows.filter(({ path }) => `/${path}`.endsWith(`/${fileName}`));
  const digests = [...new Set(found.map(({ sha256 }) => sha256))];
  if (digests.length === 1) return digests[0] ?? '';
  if (fileName === undefined) throw new Error('the checksum file has several rows, and none was asked for');
  const problem = digests.length === 0 ? 'has no row' : 'has different rows';
  throw new Error(`the checksum file ${problem} for ${fileName}`);
}

/** What was signed, of a text that carries its signature; nobody here knows whose key it should be. – RFC 9580, 7 */
function withoutSignature(text: string): string {
  const [, signed] =
    /^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:.+\r?\n)*\r?\n([^]*?)-----BEGIN PGP SIGNATURE-----/.exec(
      text,
    ) ?? [];
  return signed ?? text;
}

function readRow(line: string, index: number): { readonly sha256: string; readonly path: string } {
  const [, sha256 = '', path = ''] = row.exec(line) ?? [];
  if (sha256 === '') {
    const hint = /^\s*</.test(line) ? ': it looks like a web page' : '';
    throw new Error(`line ${index + 1} of the checksum file has no SHA-256${hint}`);
  }
  return { sha256: sha256.toLowerCase(), path };
}
