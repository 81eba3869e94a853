import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBrowserMissing, launchBrowser } from '../support/browser.ts';
import { faintTexts, overflow } from '../support/readable.ts';

describe.skipIf(isBrowserMissing)('the check of what is readable', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  });

  afterAll(async () => browser?.close());

  test.each([
    ['grey on white', '<p style="color: #777">faint</p>', ['faint (4.48)']],
    ['dark grey on white', '<p style="color: #767676">clear</p>', []],
    ['grey on white, but large', '<p style="color: #777; font-size: 24px">clear</p>', []],
    [
      'light on what only its surroundings paint',
      '<div style="background: #fff"><i style="color: #eee">faint</i></div>',
      ['faint (1.16)'],
    ],
    ['half of black', '<p style="color: rgb(0 0 0 / 50%)">faint</p>', ['faint (4.00)']],
    [
      'a veil over dark',
      '<div style="background: #000"><p style="background: rgb(255 255 255 / 90%); color: #eee">faint</p></div>',
      ['faint (1.08)'],
    ],
    ['a faint button that is switched off', '<button disabled style="color: #eee">clear</button>', []],
    ['what nobody sees', '<p hidden style="color: #eee">clear</p>', []],
  ])('finds %s', async (_, html, found) => {
    await page.setContent(html);
    expect(await faintTexts(page)).toEqual(found);
  });

  test('finds what is wider than the screen', async () => {
    await page.setContent(
      '<div class="messages" style="overflow: auto; width: 300px"><p style="width: 310px">x</p></div>',
    );
    expect(await overflow(page)).toBe(10);
    await page.setContent('<div class="messages"><p>x</p></div>');
    expect(await overflow(page)).toBe(0);
  });
});
