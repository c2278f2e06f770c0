// The hash of a fold's code. Folded state is stored under it, so changed code never uses state from
// older code, and no version number has to be raised by hand. The build stores the hashes as
// constants.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Modules import each other as `.js`. When the service runs from its sources, the files have this
 * module's own extension.
 */
const EXTENSION = extname(fileURLToPath(import.meta.url));
const IMPORTED = /\b(?:from|import)\s*\(?\s*(['"])([^'"]+)\1/g;

/** The modules of each fold, as paths from the program's root. */
const programs = {
  cart: aggregate('cart'),
  product: aggregate('catalog'),
  coupon: aggregate('coupon'),
  order: aggregate('order'),
  inventory: aggregate('inventory'),
  person: aggregate('person'),
  tax: aggregate('tax'),
  shipping: aggregate('shipping'),
  webhook: aggregate('webhook'),
  'cart rows': projection('cart', 'cart'),
  'catalogue rows': projection('catalogue', 'catalog'),
  'coupon rows': projection('coupons', 'coupon'),
  'coupon use rows': projection('coupon-uses', 'coupon'),
  'coupon cart rows': projection('coupon-carts', 'cart'),
  'order rows': projection('order-summary', 'order'),
  'access rows': projection('accesses', 'access'),
  'stock rows': projection('stock', 'inventory'),
  'revenue rows': projection('revenue-by-day', 'order'),
  'cart funnel rows': projection('cart-funnel', 'cart'),
  'order sales rows': projection('order-sales', 'order'),
};

export type FoldHashes = Readonly<Record<keyof typeof programs, string>>;

/** Computes the hashes from the program's files; fold-hashes.ts has the hashes in use. */
export function computeFoldHashes(): FoldHashes {
  const root = new URL('../', import.meta.url);
  const hashes = Object.entries(programs).map(([fold, modules]) => [
    fold,
    hashOfProgram(modules.map((module) => new URL(module, root))),
  ]);
  return Object.fromEntries(hashes) as FoldHashes;
}

/** All code that turns an aggregate's stored events into its state, upcasters included. */
function aggregate(domain: string): readonly string[] {
  return [`domain/${domain}/codec.js`, `domain/${domain}/state.js`, 'event-store/recorded.js'];
}

/** All code that turns stored events into rows, except the pricing rules, which have versions. */
function projection(name: string, domain: string): readonly string[] {
  const own = [`projections/${name}.js`, 'projections/projected-event.js'];
  return [...own, `domain/${domain}/codec.js`];
}

/**
 * SHA-256, in hexadecimal, of the text of these modules, of all modules that they import, and of
 * the names and versions of the imported packages. Comments do not count in a built program,
 * because the build removes them.
 */
export function hashOfProgram(modules: readonly URL[]): string {
  const texts = new Map<string, string>();
  for (const module of modules) collect(module, texts);
  return hash('sha256', JSON.stringify([...texts.values()]), 'hex');
}

function collect(module: URL, texts: Map<string, string>): void {
  if (texts.has(module.href)) return;
  const text = readFileSync(fileOf(module), 'utf8');
  texts.set(module.href, text);
  for (const [, , specifier = ''] of text.matchAll(IMPORTED)) {
    if (specifier.startsWith('.')) collect(new URL(specifier, module), texts);
    else texts.set(specifier, packageOf(specifier, module));
  }
}

function fileOf(module: URL): string {
  return fileURLToPath(module).replace(/\.js$/, EXTENSION);
}

function packageOf(specifier: string, importer: URL): string {
  const manifest = specifier.startsWith('node:') ? undefined : findPackageJSON(specifier, importer);
  if (manifest === undefined) return specifier;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
  return `${specifier}@${version}`;
}
