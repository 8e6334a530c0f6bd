// The picture of the report page: one node is told by hand to send nothing to a pod, and verify finds it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { bootNodes, inventory, onNode } from './lab.ts';
import { run, type Stoppable } from './program.ts';

const externalIP = '100.67.151.9:80';
/** Two others are alike. */
const brokenNode = 'worker2';
const driftFound = 7;
const width = 1060;
const marginBelow = 16;

/**
 * Adds a node to the cluster, breaks it, takes the picture as a PNG, and mends it.
 * @throws when verify does not find just that
 */
export async function pictureOfReport(at: Stoppable): Promise<Buffer> {
  await bootNodes({ workers: 2 }, at);
  await run(['up', inventory], at);
  const table = await onNode(brokenNode, 'ipvsadm -ln', at);
  const server = new RegExp(`TCP {2}${externalIP.replaceAll('.', '\\.')} rr\\n {2}-> (\\S+)`).exec(
    table,
  )?.[1];
  if (server === undefined) throw new Error(`no real server of ${externalIP} on ${brokenNode}:\n${table}`);
  const weigh = (weight: number): Promise<string> =>
    onNode(brokenNode, `ipvsadm -e -t ${externalIP} -r ${server} -m -w ${weight}`, at);
  // kube-proxy leaves a weight as it finds it.
  await weigh(0);
  try {
    await run(['verify', inventory, '--report', 'report.html'], { ...at, expected: driftFound });
  } finally {
    await weigh(1);
  }
  await run(['verify', inventory], at);
  return screenshot(join(at.cwd, 'report.html'));
}

/** @throws when there is no Chromium */
export function browserPath(): string {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  if (found === undefined) throw new Error('a browser is missing: apt-get install chromium');
  return found;
}

/** The page down to the end of the first external IP. */
async function screenshot(file: string): Promise<Buffer> {
  // Chromium refuses its sandbox to root; it shows nothing but our own page.
  const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(file).href);
    const title = await page.title();
    if (!title.startsWith('1 finding ')) throw new Error(`the report has another verdict: ${title}`);
    const box = await page.locator('.address').first().boundingBox();
    if (box === null) throw new Error('the report shows no external IP');
    const height = Math.ceil(box.y + box.height) + marginBelow;
    return await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height } });
  } finally {
    await browser.close();
  }
}
