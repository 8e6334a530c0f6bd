import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../pictures/film.ts';
import { cursor, spinner, type Run } from '../../../pictures/screen.ts';
import { svgOf } from '../../../pictures/svg.ts';
import { xmlMistake } from '../../support/xml.ts';

function run(text: string, parts: Partial<Run> = {}): Run {
  return { row: 0, column: 0, text, look: '', ...parts };
}

function scene(from: number, until: number, runs: readonly Run[], top = 0): Scene {
  return { from, until, runs, top };
}

function drawn(...scenes: readonly Scene[]): string {
  return svgOf({ title: 'a & b', description: 'what <it> shows', scenes, columns: 20, rows: 3 });
}

describe('the drawing', () => {
  it('is XML whatever is on the terminal', () => {
    const svg = drawn(scene(0, 1000, [run('<b attribute="&amp;">')]));
    expect(xmlMistake(svg)).toBeUndefined();
    expect(svg).toContain('>&lt;b attribute=&quot;&amp;amp;&quot;&gt;</text>');
  });

  it('says what it shows to those who cannot see it', () => {
    const svg = drawn(scene(0, 1000, [run('x')]));
    expect(svg).toContain('role="img" aria-labelledby="title about"');
    expect(svg).toContain('<title id="title">a &amp; b</title>');
    expect(svg).toContain('<desc id="about">what &lt;it&gt; shows</desc>');
  });

  it('puts text in its colour at its line and column, as wide as on the terminal', () => {
    const svg = drawn(scene(0, 1000, [run('word', { row: 2, column: 5, look: 'c2 bold' })]));
    expect(svg).toContain('<text class="c2 bold" x="42" y="50" textLength="33.6">word</text>');
  });

  it('shows what comes and goes at its time in each round', () => {
    const svg = drawn(scene(0, 500, []), scene(500, 1000, [run('a')]), scene(1000, 4000, [run('b')]));
    expect(svg).toContain('animation-duration:4s');
    expect(svg).toContain(
      '@keyframes k0{0%{visibility:hidden}12.5%{visibility:visible}25%{visibility:hidden}}#k0{animation-name:k0}',
    );
    expect(svg).toContain(
      '@keyframes k1{0%{visibility:hidden}25%{visibility:visible}}#k1{animation-name:k1}',
    );
  });

  it('is the last scene where nothing moves', () => {
    const svg = drawn(scene(0, 1000, [run('gone')]), scene(1000, 2000, [run('stays')], 7));
    expect(svg).toMatch(/<g id="k0" class="k gone"><text[^>]*>gone</);
    expect(svg).toMatch(/<g id="k1" class="k"><text[^>]*>stays</);
    expect(svg).toContain('<g id="s" transform="translate(16 -126)">');
    expect(svg).toContain('@media(prefers-reduced-motion:reduce){.k,#s,.turn{animation:none!important}}');
  });

  it('scrolls', () => {
    const svg = drawn(scene(0, 1000, [run('a')]), scene(1000, 2000, [run('a')], 2));
    expect(svg).toContain(
      '@keyframes s{0%{transform:translate(16px,0px)}50%{transform:translate(16px,-36px)}}',
    );
  });

  it('has a spinner that turns by itself, and a cursor', () => {
    const svg = drawn(scene(0, 1000, [run(spinner, { look: 'c6' }), run(cursor, { column: 2 })]));
    expect(svg).toContain('<use href="#w" class="c6" x="0" y="4"/>');
    expect(svg).toContain('<rect fill="#9da7b1" x="16.8" y="0" width="8" height="17"/>');
  });
});
