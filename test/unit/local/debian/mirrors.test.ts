// What apt says about a mirror that does not answer becomes one sentence with the mirror's address.
import { expect, it } from 'vitest';
import { unreachable } from '../../../../src/local/debian/mirrors.ts';

const sources =
  'Types: deb\nURIs: http://a/debian http://b/debian\nSuites: bookworm\n\nURIs: http://a/debian\n';

it('names the address that apt named, and what apt saw there', () => {
  const said = [
    'Err:1 http://a/debian bookworm InRelease',
    "  Could not resolve 'a'",
    'Reading package lists...',
    "E: Failed to fetch http://a/debian/dists/bookworm/InRelease  Could not resolve 'a'",
    'E: Some index files failed to download. They have been ignored, or old ones used instead.',
  ].join('\n');
  const error = unreachable(said, sources, false);
  expect(error).toMatchObject({
    code: 'preflight.failed',
    message: "Debian's packages cannot be fetched from http://a/debian",
    detail: "Failed to fetch http://a/debian/dists/bookworm/InRelease  Could not resolve 'a'",
  });
  expect(error.hint).toContain('Acquire::http::Proxy');
});

it.each(['timeout failed (exit status 124)', ''])('names all addresses when apt said nothing: %j', (said) => {
  expect(unreachable(said, sources, true)).toMatchObject({
    message: "Debian's packages cannot be fetched from http://a/debian and http://b/debian",
    detail: 'no answer within 15 s',
  });
});

it('names the address of a mirror that lacks the release', () => {
  const said = "E: The repository 'http://b/debian bookworm Release' does not have a Release file.";
  expect(unreachable(said, sources, false).message).toBe(
    "Debian's packages cannot be fetched from http://b/debian",
  );
});
