// The page of verify in a real browser: Debian's Chromium, without a network.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../../../../src/ui/report/page.ts';
import {
  brokenRun,
  goodRun,
  problem,
  proofOf,
  sampleAddress,
  sampleBackend,
  sampleNode,
  sampleRun,
} from '../../../support/sample-proof.ts';

const evil = `<script>document.title="taken"</script><img src=x onerror="document.title='taken'">`;
const long = 'a-name-that-is-as-long-as-kubernetes-allows-and-has-no-blank-'.repeat(4);

/** Names as bad as they get, and a node that has them. */
function evilRun() {
  const address = sampleAddress(9, `${evil}/${long}`, [sampleBackend(4, { pod: long, node: evil })]);
  const ipv6 = { ...address, address: 'fd00:1234:5678:9abc:def0:1234:5678:9abc' };
  const finding = problem('worker1', `${long} ${evil}`, {
    kind: 'real-server.extra',
    expected: long,
    actual: evil,
  });
  return sampleRun([sampleNode('worker1', [address, ipv6])], [finding]);
}

const runs = { good: goodRun, broken: brokenRun, evil: evilRun() };
type Name = keyof typeof runs;

const sizes = [
  { width: 360, height: 740 },
  { width: 800, height: 600 },
  { width: 1280, height: 800 },
];

let browser: Browser;
let directory: string;

beforeAll(async () => {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  if (executablePath === undefined) throw new Error('these tests need a browser: apt-get install chromium');
  // Chromium refuses its sandbox to root; it shows nothing but our own page.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  directory = mkdtempSync(path.join(tmpdir(), 'report-page-'));
  for (const [name, run] of Object.entries(runs)) {
    const page = reportPage(proofOf(run), { name: 'ipvs-bootstrap', version: '0.1.0' });
    writeFileSync(path.join(directory, `${name}.html`), page);
  }
});

afterAll(async () => {
  await browser.close();
  rmSync(directory, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** Everything the browser asked for, and everything it complained about. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

async function open(name: Name, options: Parameters<Browser['newPage']>[0]): Promise<Opened> {
  const page = await browser.newPage(options);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(path.join(directory, `${name}.html`)).href);
  return { page, requests, complaints };
}

/** How far the page can be scrolled sideways, in pixels. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

describe.each(Object.keys(runs) as Name[])('the page of a run that is %s', (name) => {
  it('fits every screen, without a complaint of the browser or a request to the network', async () => {
    const { page, requests, complaints } = await open(name, {});
    for (const size of sizes) {
      await page.setViewportSize(size);
      expect(await overflow(page), `${size.width} pixels`).toBe(0);
    }
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([page.url()]);
    await page.close();
  });
});

describe('the page', () => {
  it('shows the verdict, findings and pods on a phone and on a desk', async () => {
    const { page } = await open('broken', {});
    for (const size of sizes) {
      await page.setViewportSize(size);
      // innerText is what can be seen.
      const shown = await page.locator('body').innerText();
      expect(shown).toContain('6 findings');
      expect(shown).toContain('worker1 sends no new connections to the ready endpoint 10.244.3.4:80.');
      expect(shown).toMatch(/expected\s+1\s+found\s+0/);
      expect(shown).toContain('10.244.3.4:80 on worker1');
      const marked = await page.locator('.pod.bad').allInnerTexts();
      expect(marked).toHaveLength(2);
      expect(marked[0]).toContain('real-server.weight-zero');
    }
    await page.close();
  });

  it('takes names from the cluster as text', async () => {
    const { page } = await open('evil', {});
    expect(await page.title()).toBe('1 finding · lab');
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.locator('body').innerText()).toContain('<script>document.title="taken"</script>');
    await page.close();
  });

  it('leads from a mark in the picture to its finding', async () => {
    const { page } = await open('broken', { viewport: { width: 360, height: 740 } });
    await page.locator('.pod.bad a').first().click();
    const finding = page.locator('.finding:has(:target)');
    expect(await finding.innerText()).toContain('real-server.weight-zero');
    const top = (await finding.boundingBox())?.y ?? -1;
    expect(top).toBeGreaterThanOrEqual(-1);
    expect(top).toBeLessThan(740);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('can be read in %s colours', async (colorScheme) => {
    const { page } = await open('broken', { colorScheme });
    const pairs = await page.evaluate<readonly [string, number][]>(contrastProgram);
    expect(pairs.length).toBeGreaterThan(50);
    expect(pairs.filter(([, contrast]) => contrast < 4.5)).toEqual([]);
    await page.close();
  });

  it('has a heading for each part, and a name for each column and row of the table', async () => {
    const { page } = await open('broken', { viewport: { width: 1280, height: 800 } });
    const headings = await page.getByRole('heading').allInnerTexts();
    expect(headings).toEqual(['✗ 6 findings', 'What is wrong', 'External IPs', 'Nodes', 'Worth a thought']);
    expect(await page.getByRole('columnheader').count()).toBe(10);
    expect(await page.getByRole('rowheader').allInnerTexts()).toEqual([
      'master1',
      'master2',
      'master3',
      'worker1',
    ]);
    await page.close();
  });
});

/** In the browser: the contrast (WCAG 2) of each text with what is behind it; 4.5 is enough for small text. */
const contrastProgram = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [...document.querySelectorAll('body *')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''));
  return texts.map((element) => {
    const [one, other] = [luminance(getComputedStyle(element).color), luminance(ground(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return [element.outerHTML.slice(0, 80), Math.round(contrast * 100) / 100];
  });
})()`;
