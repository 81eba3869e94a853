/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/** How far the page, or something that scrolls in it, is wider than its place, in pixels; 0 when everything fits. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const boxes = [
      document.documentElement,
      ...document.querySelectorAll('.messages, dialog[open], dialog[open] .body'),
    ];
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

/**
 * Texts in sight that are hard to read: less contrast to what is behind them than 4.5 to 1, or 3 to 1 where they are
 * large (https://www.w3.org/TR/WCAG22/#contrast-minimum). Whatever is switched off may be faint.
 */
export function faintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    type Color = readonly [red: number, green: number, blue: number, alpha: number];
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas) throw new Error('no canvas');

    const found = [...document.querySelectorAll<HTMLElement>('body *')].filter(
      (element) => hasOwnText(element) && element.checkVisibility({ opacityProperty: true }) && isInSight(element),
    );
    const faint = found.flatMap((element) => {
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const pixels = Number.parseFloat(fontSize);
      const isLarge = pixels >= 24 || (pixels >= 18.66 && Number(fontWeight) >= 700);
      const behind = background(element);
      const ratio = contrast(over(colorOf(color), behind), behind);
      const isEnough = ratio >= (isLarge ? 3 : 4.5);
      return isEnough ? [] : [`${element.textContent?.slice(0, 60)} (${ratio.toFixed(2)})`];
    });
    return [...new Set(faint)];

    function hasOwnText(element: HTMLElement): boolean {
      if (element.closest(':disabled, [aria-hidden="true"]')) return false;
      return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    }

    function isInSight(element: HTMLElement): boolean {
      const { width, height, bottom, right } = element.getBoundingClientRect();
      return width > 1 && height > 1 && bottom > 0 && right > 0;
    }

    /** What is painted behind the element: every background up to the first that lets nothing through. */
    function background(element: Element): Color {
      const own = colorOf(getComputedStyle(element).backgroundColor);
      if (own[3] === 1) return own;
      return over(own, element.parentElement ? background(element.parentElement) : [255, 255, 255, 1]);
    }

    function colorOf(css: string): Color {
      if (!canvas) throw new Error('no canvas');
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    }

    function over([red, green, blue, alpha]: Color, [red2, green2, blue2]: Color): Color {
      const mix = (top: number, below: number) => top * alpha + below * (1 - alpha);
      return [mix(red, red2), mix(green, green2), mix(blue, blue2), 1];
    }

    function contrast(one: Color, other: Color): number {
      const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    }

    function luminance([red, green, blue]: Color): number {
      const linear = (value: number) =>
        value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }
  });
}
