import { describe, expect, it } from 'vitest';
import { xmlMistake } from '../../support/xml.ts';

describe('a mistake in XML', () => {
  it.each([
    ['<a><b x="1" y-z="a &lt; b"/>text</a>', undefined],
    ['<a><b></a></b>', '</a> ends another element'],
    ['<a><b>', 'no end of a, b'],
    ['<a x=1/>', 'the attributes of <a x=1/>'],
    ['<a>this & that</a>', 'a stray &'],
    ['<a>1 < 2</a>', 'a stray <'],
  ])('in %s is found', (text, mistake) => {
    expect(xmlMistake(text)).toBe(mistake);
  });
});
