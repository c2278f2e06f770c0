// A real browser without a window, where the machine has one.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Undefined where there is none; CHROMIUM_PATH names one. */
export function startBrowser(): Promise<Browser> | undefined {
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) return undefined;
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}
