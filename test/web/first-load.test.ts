// How much script the shop's first page loads, from the files of the build.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const built = fileURLToPath(new URL('../../dist/web', import.meta.url));
const budgetBytes = 200 * 1024;

/** What the module loads at once; `import()` loads later. */
function importsOf(script: string): string[] {
  return [...script.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)].map(
    ([, name]) => `/assets/${name!}`,
  );
}

/** A page's script with everything that it needs. */
function withImports(paths: readonly string[], loaded = new Map<string, string>()) {
  for (const path of paths) {
    if (loaded.has(path)) continue;
    const script = readFileSync(built + path, 'utf8');
    loaded.set(path, script);
    withImports(importsOf(script), loaded);
  }
  return loaded;
}

/** The chunks that a page of the app consists of, by the name of its module. */
function lazyChunks(entry: string, name: string): string[] {
  return [...entry.matchAll(/import\(`?["'`]?\.\/([\w-]+\.js)/g)]
    .map(([, chunk]) => `/assets/${chunk!}`)
    .filter((path) => path.includes(`/${name}-`));
}

test('the shop loads at most 200 KB of gzipped script, without playground and other pages', () => {
  const page = readFileSync(`${built}/index.html`, 'utf8');
  const entries = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
    ([, path]) => path!,
  );
  const first = withImports(entries);
  const entry = [...first].find(([path]) => path.startsWith('/assets/app-'))?.[1] ?? '';
  const shop = lazyChunks(entry, 'shop-page');
  expect(shop).toHaveLength(1);
  const loaded = withImports([...shop, ...lazyChunks(entry, 'cart-drawer')], first);
  const bytes = [...loaded.values()].map((script) => gzipSync(script).length);
  const total = bytes.reduce((sum, length) => sum + length, 0);
  expect(total).toBeGreaterThan(50 * 1024);
  expect(total).toBeLessThanOrEqual(budgetBytes);
  expect(
    [...loaded.keys()].filter((path) => /graphiql|monaco|sign-in-page|sales-page/.test(path)),
  ).toEqual([]);
});
