import { afterEach, describe, expect, test } from '@jest/globals';
import { appendFile, cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  cartAggregate,
  cartAggregateWithin,
  couponAggregate,
  inventoryAggregate,
  orderAggregate,
  productAggregate,
} from '../../src/commands/aggregates.js';
import { defaultCartLimits } from '../../src/domain/cart/limits.js';
import { computeFoldHashes, hashOfProgram } from '../../src/folds/fold-hash.js';
import { foldHashes } from '../../src/folds/fold-hashes.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'src');

/** The domain's own files, in a folder where they may be changed. */
async function domainToChange(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-fold-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  await cp(join(source, 'domain'), join(folder, 'domain'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'domain');
}

const cartFold = (domain: string) =>
  hashOfProgram(
    ['cart/codec.js', 'cart/state.js'].map((name) => pathToFileURL(join(domain, name))),
  );

/** What an expression over the `exports` of a built module gives, in a process of its own. */
async function evaluated(module: string, expression: string): Promise<unknown> {
  const print = `const exports = await import(process.argv[1]);
    console.log(JSON.stringify(${expression}))`;
  const args = ['--input-type=module', '-e', print, pathToFileURL(module).href];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as unknown;
}

/**
 * Bundles the built service to one minified file that exports what is folded, and by which hashes.
 */
async function bundled(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-bundle-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'entry.js');
  const built = (path: string) => JSON.stringify(join(root, 'dist', path));
  await writeFile(
    entry,
    `export { startService } from ${built('service/start.js')};
     export { cartAggregate } from ${built('commands/aggregates.js')};
     import { projectionsOf } from ${built('projections/registry.js')};
     import { standardPricing } from ${built('domain/cart/pricing.js')};
     export const projections = projectionsOf(standardPricing);`,
  );
  const build = `
    const { build } = await import('vite');
    const [root, entry, outDir] = process.argv.slice(1);
    await build({ configFile: false, root, logLevel: 'error', publicDir: false,
      build: { ssr: entry, outDir, minify: true, target: 'node24' } });`;
  const args = ['--input-type=module', '-e', build, root, entry, join(folder, 'out')];
  await promisify(execFile)(process.execPath, args, { cwd: root });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'out', 'entry.js');
}

describe('the hash of a fold', () => {
  test('is the same in a service that was bundled and minified', async () => {
    const folds = join(root, 'dist/folds');
    const built = await evaluated(join(folds, 'fold-hashes.js'), 'exports.foldHashes');
    expect(built).toEqual(
      await evaluated(join(folds, 'fold-hash.js'), 'exports.computeFoldHashes()'),
    );
    const inBundle = `[exports.cartAggregate, exports.projections.find(({ name }) => name === 'cart')]
      .map(({ foldHash }) => foldHash)`;
    const { cart, 'cart rows': cartRows } = built as typeof foldHashes;
    expect(await evaluated(await bundled(), inBundle)).toEqual([cart, cartRows]);
  });

  test('is the same in any folder', async () => {
    expect(cartFold(await domainToChange())).toBe(cartFold(join(source, 'domain')));
    expect(computeFoldHashes()).toEqual(foldHashes);
    for (const hash of Object.values(foldHashes)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(['cart/state.ts', 'cart/codec.ts', 'codec.ts', 'assert-never.ts'])(
    'is another when %s changes, however deep that lies',
    async (file) => {
      const domain = await domainToChange();
      const before = cartFold(domain);
      await appendFile(join(domain, file), 'export const changed = true;\n');
      expect(cartFold(domain)).not.toBe(before);
    },
  );

  test('stays when what decides or prices changes, which nothing is folded by', async () => {
    const domain = await domainToChange();
    const before = cartFold(domain);
    for (const file of ['cart/decide.ts', 'cart/pricing.ts', 'order/state.ts']) {
      await appendFile(join(domain, file), 'export const changed = true;\n');
    }
    expect(cartFold(domain)).toBe(before);
  });

  test('fails for a module with a missing import', async () => {
    const domain = await domainToChange();
    await rm(join(domain, 'assert-never.ts'));
    expect(() => cartFold(domain)).toThrow('ENOENT');
  });

  test('is separate for each aggregate, with any limits', () => {
    const aggregates = [
      ...[cartAggregate, orderAggregate, productAggregate, couponAggregate],
      inventoryAggregate,
    ];
    expect(new Set(aggregates.map(({ foldHash }) => foldHash)).size).toBe(5);
    expect(new Set(Object.values(foldHashes)).size).toBe(Object.keys(foldHashes).length);
    expect(cartAggregateWithin({ ...defaultCartLimits, maxLines: 1 }).foldHash).toBe(
      cartAggregate.foldHash,
    );
  });
});
