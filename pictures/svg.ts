// A film → an SVG that shows it again and again: only text and CSS, so that it also moves in an <img>.
import type { Scene, TerminalSize } from './film.ts';
import { piecesOf, scrollsOf, type Piece } from './pieces.ts';
import { cursor, spinner, type Run } from './screen.ts';

export interface Picture extends TerminalSize {
  /** In a few words; also stands in the window's title bar. */
  readonly title: string;
  /** For those who cannot see it. */
  readonly description: string;
  readonly scenes: readonly Scene[];
}

const cell = { width: 8.4, height: 18 };
const fontSize = 14;
const margin = 16;
const bar = 36;

/** Without animation, or for readers who want none, it shows the last scene. */
export function svgOf({ title, description, scenes, columns, rows }: Picture): string {
  const width = Math.ceil(columns * cell.width) + 2 * margin;
  const height = rows * cell.height + bar + 2 * margin;
  const length = scenes.at(-1)?.until ?? 0;
  const pieces = piecesOf(scenes);
  const lastTop = scenes.at(-1)?.top ?? 0;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="about">${escaped(description)}</desc>`,
    `<style>${stylesheet}${scrolling(scenes, length)}${pieces.map((piece, index) => timing(piece, index, length)).join('')}</style>`,
    // Three dots on a round of two by three, as spinners in Braille have them.
    `<defs><path id="w" class="turn" d="M1 1h4v8h-4z"/><clipPath id="c"><rect width="${width}" height="${rows * cell.height + 4}"/></clipPath></defs>`,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    `<path class="bar" d="M0 ${bar}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${bar - 8}z"/>`,
    ...['red', 'amber', 'green'].map(
      (name, index) => `<circle class="${name}" cx="${22 + 20 * index}" cy="${bar / 2}" r="6"/>`,
    ),
    `<text class="name" x="${width / 2}" y="${bar / 2 + 5}">${escaped(title)}</text>`,
    `<g transform="translate(0 ${bar + margin})" clip-path="url(#c)"><g id="s" transform="translate(${margin} ${-lastTop * cell.height})">`,
    ...pieces.map((piece, index) => drawn(piece, index)),
    '</g></g>',
    '</svg>',
  ].join('\n')}\n`;
}

/** The colours have a contrast of at least 4.5 with the ground. */
const stylesheet = [
  `text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:#e6edf3}`,
  '.ground{fill:#0d1117}.bar{fill:#21262d}.red{fill:#ff5f57}.amber{fill:#febc2e}.green{fill:#28c840}',
  'text.name{fill:#9da7b1;font-size:13px;text-anchor:middle}',
  '.bold{font-weight:700}.dim,.c8{fill:#8d96a0}.c1,.c9{fill:#ff7b72}.c2,.c10{fill:#56d364}.c3,.c11{fill:#e3b341}',
  '.c4,.c12{fill:#79c0ff}.c5,.c13{fill:#d2a8ff}.c6,.c14{fill:#56d4dd}',
  '.turn{fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-dasharray:0 4 0 4 0 16;',
  'animation:w .8s steps(6) infinite}use{color:#e3b341}use.c6{color:#56d4dd}',
  '@keyframes w{to{stroke-dashoffset:-24}}',
  '.k,#s{animation:0s step-end infinite}.gone{visibility:hidden}',
  '@media(prefers-reduced-motion:reduce){.k,#s,.turn{animation:none!important}}',
].join('');

function scrolling(scenes: readonly Scene[], length: number): string {
  const steps = scrollsOf(scenes).map(
    ({ from, top }) => `${percent(from, length)}{transform:translate(${margin}px,${-top * cell.height}px)}`,
  );
  return `@keyframes s{${steps.join('')}}#s{animation-name:s;animation-duration:${seconds(length)}}.k{animation-duration:${seconds(length)}}`;
}

function timing({ from, until }: Piece, index: number, length: number): string {
  const before = from === 0 ? '' : '0%{visibility:hidden}';
  const after = until === undefined ? '' : `${percent(until, length)}{visibility:hidden}`;
  return `@keyframes k${index}{${before}${percent(from, length)}{visibility:visible}${after}}#k${index}{animation-name:k${index}}`;
}

function drawn({ runs, until }: Piece, index: number): string {
  const state = until === undefined ? 'k' : 'k gone';
  return `<g id="k${index}" class="${state}">${runs.map(drawnRun).join('')}</g>`;
}

function drawnRun({ row, column, text, look }: Run): string {
  const x = rounded(column * cell.width);
  const top = row * cell.height;
  const classes = look === '' ? '' : ` class="${look}"`;
  if (text === cursor) return `<rect fill="#9da7b1" x="${x}" y="${top}" width="8" height="17"/>`;
  if (text === spinner) return `<use href="#w"${classes} x="${x}" y="${top + 4}"/>`;
  // Fonts differ in width; a length keeps the columns where they are.
  const letters = text.length;
  const spread = letters > 1 ? ` textLength="${rounded(letters * cell.width)}"` : '';
  return `<text${classes} x="${x}" y="${top + fontSize}"${spread}>${escaped(text)}</text>`;
}

function percent(at: number, length: number): string {
  return `${Number(((at / length) * 100).toFixed(3))}%`;
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(2))}s`;
}

function rounded(pixels: number): number {
  return Number(pixels.toFixed(1));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
