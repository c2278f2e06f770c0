// Lets Node run the TypeScript of the tests, and of what they import, as a program without a build.
// An import of `./x.js` means `./x.ts` where only that exists. It is compiled as Jest compiles it,
// with decorators, which Node itself does not take.
//   node --import ./test/support/run-typescript.js test/x.ts
import 'reflect-metadata';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { transformSync, version } from '@swc/core';

const options = JSON.parse(readFileSync(new URL('../../.swcrc', import.meta.url), 'utf8'));
/** What was compiled once: the suite starts many such programs, of hundreds of files each. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/run-typescript/', import.meta.url));
mkdirSync(cache, { recursive: true });
enableCompileCache();

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL) {
      const typescript = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(typescript))) return nextResolve(typescript.href, context);
    }
    return nextResolve(specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

/** Each file's latest text is kept, with what it was compiled from as its last line. */
function compiled(filename) {
  const text = readFileSync(filename, 'utf8');
  const mark = `\n// ${hash('sha256', JSON.stringify([version, options, text]))}\n`;
  const path = `${cache}${hash('sha256', filename)}.js`;
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (kept.endsWith(mark)) return kept;
  const { code } = transformSync(text, { ...options, filename, swcrc: false });
  // Another process may read it meanwhile, or write the same.
  const aside = `${path}.${process.pid}.${threadId}`;
  writeFileSync(aside, code + mark);
  renameSync(aside, path);
  return code + mark;
}
