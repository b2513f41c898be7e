import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let app: RunningApp;
beforeAll(async () => {
  app = await RunningApp.start({ messages: [makeMessage('1', { text: '请问茶叶还有几盒？', conversationName: '办公室' })] });
});
afterAll(() => app.stop());

describe('the explorer', () => {
  it('serves its page and six files, and nothing else', async () => {
    const statusOf = async (path: string): Promise<number> => (await fetch(`${app.url}${path}`)).status;
    const page = await (await fetch(`${app.url}/graphiql`)).text();
    const linked = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1]!);
    expect(linked).toHaveLength(6);
    for (const path of linked) expect([path, await statusOf(path)]).toEqual([path, 200]);
    for (const path of [
      '/graphiql/package.json',
      '/graphiql/..%2fmain.js',
      '/graphiql/graphiql.LICENSE',
      '/graphiql/constructor',
      '/main.js',
    ])
      expect([path, await statusOf(path)]).toEqual([path, 404]);
    expect(page).not.toMatch(/https?:/);
  });

  const inBrowser = CHROMIUM === undefined ? it.skip : it;
  if (CHROMIUM === undefined) console.warn('The explorer is not tried in a browser: there is no Chromium on this machine.');

  inBrowser(
    'runs its first query on the seed, asks no other origin, and leaves nothing on the disk',
    async () => {
      const profile = mkdtempSync(join(tmpdir(), 'holdfast-chromium-'));
      const browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM!, headless: true, args: FLAGS });
      try {
        const foreign = await refuseForeignRequests(browser, app.url);
        const page = await browser.newPage();
        const problems = problemsOf(page);
        await page.goto(`${app.url}/graphiql`);
        await page.click('.graphiql-execute-button');
        expect(await textOnceItHas(page, '.result-window', 'totalCount')).toMatch(/"totalCount": 1[^]*茶叶还有几盒/);
        expect(await page.evaluate('Object.keys(localStorage).concat(Object.keys(sessionStorage))')).toEqual([]);
        // the book shows the schema, so introspection works too
        await page.click('[aria-label="Show Documentation Explorer"]');
        await page.waitForSelector('text=Query');
        expect({ foreign, problems }).toEqual({ foreign: [], problems: [] });
        if (process.env['HOLDFAST_TEST_SCREENSHOT']) await page.screenshot({ path: process.env['HOLDFAST_TEST_SCREENSHOT'] });
      } finally {
        await browser.close();
        rmSync(profile, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

async function refuseForeignRequests(browser: BrowserContext, ownUrl: string): Promise<string[]> {
  const foreign: string[] = [];
  await browser.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.startsWith(`${ownUrl}/`) || url.startsWith('data:')) return route.continue();
    foreign.push(url);
    return route.abort();
  });
  return foreign;
}

/** Playwright's own waiting evaluates text as code, which the page's policy refuses. */
async function textOnceItHas(page: Page, selector: string, part: string): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const text = (await page.locator(selector).textContent()) ?? '';
    if (text.includes(part)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${selector} never showed ${part}`);
}

/** Errors of scripts, and what the security policy stopped. */
function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return problems;
}
