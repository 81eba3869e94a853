/// <reference lib="dom" />
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { DESKTOP, launchBrowser, openPage, PHONE, type Screen } from '../support/browser.ts';
import { type SimulatedTeam, startTeam } from '../support/simulated-team.ts';
import { chartIn, onWorkspace } from '../support/workspace-page.ts';

/**
 * Draws the pictures of the README: `npx node test/browser/screenshots.ts docs/images`. Needs Chromium, and a font
 * with coloured emoji (Debian: fonts-noto-color-emoji).
 */
async function drawAll(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  pretendItIs(MORNING);
  const team = await startTeam(MORNING);
  const browser = await launchBrowser();
  try {
    await team.play();
    for (const [name, draw] of Object.entries(PICTURES))
      await draw({ team, browser, file: join(folder, `${name}.png`) });
  } finally {
    await browser.close();
    await team.stop();
  }
}

/** Always the same day: what differs between two pictures is what changed in the app. A Friday, 11:00 in Berlin. */
const MORNING = '2026-11-20T10:00:00Z';
const MONDAY = '2026-11-23T08:01:00Z';

const realNow = Date.now;
const aheadMs = () => Date.now() - realNow();

/** Messages bear the time of this process. */
function pretendItIs(iso: string): void {
  const offset = Date.parse(iso) - realNow();
  Date.now = () => realNow() + offset;
}

interface Place {
  readonly team: SimulatedTeam;
  readonly browser: Browser;
  readonly file: string;
}

/** In the order in which they happen. */
const PICTURES: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  alert: (place) => drawAlert(place, DESKTOP),
  'alert-phone': (place) => drawAlert(place, PHONE),

  async quota(place) {
    const ada = onWorkspace(await open(place, DESKTOP, 'ada'));
    await photograph(place, await ada.ask('/quota', 'Your Claude Code quota'));
  },

  async home(place) {
    const page = await open(place, DESKTOP, 'ada/home');
    await page.getByText('Last incidents').waitFor();
    await photograph(place, page.locator('.home .blocks'));
  },

  async summary(place) {
    pretendItIs(MONDAY);
    place.team.jumpTo(MONDAY);
    const ada = onWorkspace(await open(place, DESKTOP, 'ada'));
    const summary = await ada.message('16 to 22 November', 40_000);
    await summary.getByText('1 reply').waitFor({ timeout: 20_000 });
    await photograph(place, summary);
  },
};

async function drawAlert(place: Place, screen: Screen): Promise<void> {
  const ada = onWorkspace(await open(place, screen, 'ada'));
  const alert = await ada.message('Prompt cache broken');
  await alert.getByText(/\d repl/).click();
  await chartIn(alert).waitFor();
  await photograph(place, alert);
}

async function open({ team, browser }: Place, screen: Screen, where: string): Promise<Page> {
  return openPage(browser, { url: `${team.app.slack.url}/#/${where}`, screen, aheadMs: aheadMs() });
}

/** The page around this part of it, as high as the part needs, without what is said before and after. */
async function photograph({ file }: Place, part: Locator): Promise<void> {
  const page = part.page();
  // Nothing is pointed at, and nothing has the focus.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  const width = page.viewportSize()?.width ?? 0;
  const [partHeight, around] = await part.evaluate((element) => {
    const scroller = element.closest('.messages');
    for (const other of scroller?.querySelectorAll<HTMLElement>(':scope > *, .day') ?? [])
      if (!other.contains(element)) other.style.display = 'none';
    return [element.getBoundingClientRect().height, window.innerHeight - (scroller?.clientHeight ?? 0)];
  });
  await page.setViewportSize({ width, height: Math.ceil(partHeight + around + MARGIN_PX) });
  await part.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.screenshot({ path: file });
  await page.close();
}

const MARGIN_PX = 24;

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Say where the pictures go: npx node test/browser/screenshots.ts docs/images');
await drawAll(folder);
