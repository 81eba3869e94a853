import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { SCREENS, type Screen, turnTo } from './browser.ts';
import { faintTexts, overflow } from './readable.ts';

/**
 * Asserts that what is shown fits and can be read with ease on every screen, wide and narrow, light and dark; the page
 * is then as it was. While something is drawn it may be neither; a moment later it must be both.
 */
export async function readsWell(page: Page, screen: Screen): Promise<void> {
  for (const other of SCREENS) {
    await turnTo(page, other);
    const troubles = async () => ({ tooWide: await overflow(page), faint: await faintTexts(page) });
    const message = `${other.width} pixels, ${other.scheme}`;
    await expect.poll(troubles, { message, timeout: 3000 }).toEqual({ tooWide: 0, faint: [] });
  }
  await turnTo(page, screen);
}
