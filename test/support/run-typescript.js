// Lets Node run the TypeScript of the tests as a program, without a build. Node strips types by
// itself (`--experimental-transform-types` for what is more than types); it wants to be told that
// an import of `./x.js` means `./x.ts` where only that exists.
//   node --experimental-transform-types --import ./test/support/run-typescript.js test/x.ts
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL) {
      const typescript = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(typescript))) return nextResolve(typescript.href, context);
    }
    return nextResolve(specifier, context);
  },
});
