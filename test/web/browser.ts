// A real browser without a window, on loopback pages alone. Where the machine has none, the tests
// that need it skip, and say why.
import { describe } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'],
  // Chromium without the parts that draw a browser's own window.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));

const whyNoBrowser =
  executablePath === undefined ? 'there is no Chromium here; CHROMIUM_PATH names one' : undefined;

export function describeInBrowser(name: string, body: () => void): void {
  if (whyNoBrowser === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${whyNoBrowser})`, body);
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
