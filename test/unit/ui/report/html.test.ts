import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../../../src/ui/report/html.ts';

describe('html', () => {
  it('escapes texts and keeps markup', () => {
    const inner = html`<b>${'a & b'}</b>`;
    expect(html`<p title="${'"\''}">${inner}${[inner]}${undefined}${3}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>a &amp; b</b><b>a &amp; b</b>3</p>',
    );
  });

  it('never lets a text end its element or its attribute', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inside = html`${text}`.text;
        expect(inside).not.toMatch(/[<>"']/);
        const back = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" } as Readonly<
          Record<string, string>
        >;
        expect(inside.replaceAll(/&([a-z]+|#39);/g, (_, name: string) => back[name] ?? '?')).toBe(text);
      }),
    );
  });
});
