// Lets Node run the TypeScript of the tests, and of what they import, as a program without a build.
// An import of `./x.js` means `./x.ts` where only that exists. It is compiled as Jest compiles it,
// with decorators, which Node itself does not take.
//   node --import ./test/support/run-typescript.js test/x.ts
import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const options = JSON.parse(readFileSync(new URL('../../.swcrc', import.meta.url), 'utf8'));

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
    const filename = fileURLToPath(url);
    const compiling = { ...options, filename, swcrc: false };
    const { code } = transformSync(readFileSync(filename, 'utf8'), compiling);
    return { format: 'module', source: code, shortCircuit: true };
  },
});
