// A real browser without a window, on loopback pages alone. Where the machine has none, the tests
// that need it skip, and say why.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));

/** Undefined where there is a browser; else why not. */
export const whyNoBrowser =
  executablePath === undefined ? 'there is no Chromium here; CHROMIUM_PATH names one' : undefined;

if (whyNoBrowser !== undefined) {
  process.stderr.write(`Tests in a browser are skipped: ${whyNoBrowser}\n`);
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
