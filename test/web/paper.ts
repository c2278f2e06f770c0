// A page as it is printed: on paper, which is narrower than the screen that its charts were drawn for.
import type { Page } from 'playwright-core';

/** Runs before the page does. As a print is laid out: nothing is told that it has another size. */
export const asInPrint = `ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};`;

export async function print(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1_123 });
}

/** How much of a drawing is beyond its frame, in pixels. */
export async function cutOff(page: Page, drawing: string, frame: string): Promise<number> {
  const [inner, outer] = [await edge(page, drawing), await edge(page, frame)];
  return Math.max(0, Math.round(inner - outer));
}

async function edge(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).first().boundingBox();
  return box!.x + box!.width;
}
