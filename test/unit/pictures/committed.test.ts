// The picture in the README is one that the code of today would draw.
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { size } from '../../../pictures/run-picture.ts';
import { svgOf } from '../../../pictures/svg.ts';
import { packagePath } from '../../../src/core/package-root.ts';
import { xmlMistake } from '../../support/xml.ts';

const file = packagePath('docs/run.svg');
const picture = readFileSync(file, 'utf8');

/** What is the same in every picture: frame, colours, spinner; without its title, text and times. */
function frameOf(svg: string): readonly string[] {
  const end = svg.indexOf('<g transform=');
  return svg
    .slice(0, end)
    .replace(/<desc.*<\/desc>/, '')
    .replace(/@keyframes s\{.*(?=<\/style>)/, '')
    .split('\n');
}

describe('docs/run.svg', () => {
  it('is XML', () => {
    expect(xmlMistake(picture)).toBeUndefined();
  });

  it('has the frame and the colours that are drawn today; if not: npm run pictures', () => {
    const title = /<title id="title">(.*?)<\/title>/.exec(picture)?.[1] ?? '';
    const scene = { from: 0, until: 1, top: 0, runs: [] };
    expect(frameOf(picture)).toEqual(frameOf(svgOf({ title, description: '', scenes: [scene], ...size })));
  });

  it('ends with a cluster that is proved and needs no change', () => {
    const lasting = picture
      .split('\n')
      .filter((line) => /^<g id="k\d+" class="k">/.test(line))
      .join('');
    const texts = [...lasting.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text);
    expect(texts).toContain('Ask every external IP from each node (worker1)');
    expect(texts).toContain('nothing to change');
    const about = /<desc.*<\/desc>/.exec(picture)?.[0];
    expect(about).toMatch(/It ends with: \d+ tasks changed, \d.* ends with: nothing to change, \d/);
  });

  it('is small, runs nothing, and asks for nothing', () => {
    expect(statSync(file).size).toBeLessThan(100 * 1024);
    expect(picture).not.toMatch(/<script|\son\w+=|@import|url\((?!#)|href="(?!#)/);
  });

  it('shows no directory of the machine where it was made', () => {
    expect(picture).not.toMatch(/\/(?:root|home|tmp)\//);
  });
});
