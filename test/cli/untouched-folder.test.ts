// A command that cannot begin leaves a folder as it was, and says of it only what is true.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Cleanup } from '../event-store/nodes.js';
import { CommandLine, twoInvoices } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

test.each([
  [['import', 'online-retail', 'absent.csv'], 2, /absent\.csv/],
  [['import', 'shopify', 'absent.csv'], 2, /absent\.csv/],
  [['catalogue', 'import', 'absent.csv'], 2, /absent\.csv/],
  [['audit', 'checkpoint', '--to', '/nowhere/root.json'], 3, /^There is no log in /],
])('%j makes nothing', async (args, code, words) => {
  const ended = await cartograph.run(...args);
  expect(ended).toMatchObject({ code, output: '' });
  expect(ended.errors).toMatch(words);
  expect(existsSync(cartograph.dataDir)).toBe(false);
});

test('a log that may not be looked at is not called absent', async () => {
  await mkdir(cartograph.dataDir);
  // A link in a circle stands for a folder of another user, which hides nothing from root.
  await symlink('log', join(cartograph.dataDir, 'log'));
  const { code, errors } = await cartograph.run('projections');
  expect(code).toBe(2);
  expect(errors).toMatch(/^ELOOP: /);
});

describe('with a log whose root another folder signed', () => {
  test('verify asks for the key, and makes none', async () => {
    const signer = await CommandLine.onNewFolder(cleanup);
    await importTwoInvoices(signer);
    await importTwoInvoices(cartograph);
    const checkpoint = `${signer.dataDir}.json`;
    expect(await signer.run('audit', 'checkpoint', '--to', checkpoint)).toMatchObject({ code: 0 });
    const ended = await cartograph.run('audit', 'verify', '--checkpoint', checkpoint);
    expect(ended).toMatchObject({ code: 2, output: '' });
    expect(ended.errors).toMatch(/ has never signed a log root: .* --public-key$/);
    expect(await readdir(cartograph.dataDir)).not.toContain('keys');
  });
});

async function importTwoInvoices(on: CommandLine): Promise<void> {
  const invoices = await on.invoices(...twoInvoices);
  expect(await on.run('import', 'online-retail', invoices)).toMatchObject({ code: 0 });
}
