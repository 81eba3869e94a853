import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether this machine lacks the browser; the tests that need it are skipped then, and say so. */
export const isBrowserMissing = !existsSync(CHROMIUM);
if (isBrowserMissing) console.warn(`The browser tests are skipped: there is no ${CHROMIUM}. Name one in CHROMIUM.`);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium without a window. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** Where somebody reads: the width of their screen in CSS pixels, and whether it is dark. */
export interface Screen {
  readonly width: 1280 | 390;
  readonly scheme: 'light' | 'dark';
}

export const DESKTOP: Screen = { width: 1280, scheme: 'light' };
/** In bed, at night: the other extreme. */
export const PHONE: Screen = { width: 390, scheme: 'dark' };
export const SCREENS: readonly Screen[] = [
  DESKTOP,
  { width: 1280, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  PHONE,
];

interface Opened {
  readonly url: string;
  readonly screen?: Screen;
  /** How far the page's clock is ahead of this machine's. */
  readonly aheadMs?: number;
}

/** Opens a page on such a screen; errors of scripts and of loading end in `complaints`. */
export async function openPage(
  browser: Browser,
  { url, screen = DESKTOP, aheadMs = 0 }: Opened,
  complaints: string[] = [],
): Promise<Page> {
  const page = await browser.newPage({
    reducedMotion: 'reduce',
    // The zone of the team in these tests, so that Slack's own times and those in texts are the same.
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  });
  page.setDefaultTimeout(10_000);
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await turnTo(page, screen);
  await page.addInitScript(setClock, aheadMs);
  await page.goto(url);
  return page;
}

/** The same page on another screen. */
export async function turnTo(page: Page, { width, scheme }: Screen): Promise<void> {
  await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
  await page.emulateMedia({ colorScheme: scheme });
}

/** Runs inside the page, before its own scripts. */
function setClock(aheadMs: number): void {
  globalThis.Date = new Proxy(Date, {
    construct: (real, given) => Reflect.construct(real, given.length === 0 ? [real.now() + aheadMs] : given),
    get: (real, key) => (key === 'now' ? () => real.now() + aheadMs : Reflect.get(real, key)),
  });
}
