// What a fold is made of, as one hash. Whatever is kept of folded state is kept under it, so that a
// changed fold never meets what an earlier one left, and nobody has to remember to raise a number.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An aggregate's folder in the domain: its codec and its `evolve` are found there. */
export type FoldedDomain = 'cart' | 'catalog' | 'coupon' | 'order';

/** Modules name each other as `.js`; run from their sources, their files end as this one does. */
const EXTENSION = extname(fileURLToPath(import.meta.url));
const IMPORTED = /\b(?:from|import)\s*\(?\s*(['"])([^'"]+)\1/g;

/** The hash of all that turns the stored events of an aggregate into its state, upcasters and all. */
export function foldHashOf(domain: FoldedDomain): string {
  const { url } = import.meta;
  return hashOfProgram([
    new URL(`../domain/${domain}/codec.js`, url),
    new URL(`../domain/${domain}/state.js`, url),
    new URL('../event-store/recorded.js', url),
  ]);
}

/**
 * SHA-256, hexadecimal, of the text of these modules, of every module that they import, and of the
 * names and versions of the packages among those. Comments do not count in a built program, for the
 * build leaves them out.
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
