// Bundles the compiled service, and the packages that it uses, into fewer files: finding and reading
// the modules takes a quarter of the processor time of a start. What was compiled stays beside it.
// The tests of parts use that, and a debugger can be pointed at it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'dist/program';

/**
 * The program and its threads. A module starts a thread that lies beside it, and all are in one
 * folder here. It is as deep in `dist` as those of the modules, which find what is outside of it,
 * such as the pages, by the same paths as before.
 */
const entries = {
  cartograph: 'dist/cli/cartograph.js',
  'drift-worker': 'dist/replay/drift-worker.js',
  'log-reader-worker': 'dist/event-store/log-reader-worker.js',
  'node-worker': 'embedded-node/dist/server/node-worker.js',
  'projector-worker': 'dist/projections/projector-worker.js',
  'relay-worker': 'dist/relay/relay-worker.js',
  'replay-worker': 'dist/replay/replay-worker.js',
};

/** Its thread gives the sandbox the source text of classes, which a bundler changes. */
const asCompiled = { 'sandbox-worker.js': 'embedded-node/dist/sandbox/sandbox-worker.js' };

/** Packages in CommonJS look for parts of Node with `require`, which a module in ESM has not. */
const requires = `import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url);`;

/** What esbuild gives every function and class its name with. */
const namesAll = 'value) => __defProp(target, "name", { value, configurable: true });';
/** The API and the errors are known by the names of their classes, which alone begin so. */
const namesClasses =
  'value) => value.charCodeAt(0) <= 90 ' +
  '? __defProp(target, "name", { value, configurable: true }) : target;';

/** @throws where a module cannot be read, or esbuild names functions in another way */
export async function bundleProgram() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // A class that is renamed, because another module has one of the same name, keeps its name.
    keepNames: true,
    write: false,
    // For `node --enable-source-maps`.
    sourcemap: true,
    sourcesContent: false,
    banner: { js: requires },
    external: [
      // It reads a file of WebAssembly that lies beside it.
      '@platformatic/kafka',
      // Parts of packages that we do not have, and that they do without.
      'class-validator',
      'pg-native',
    ],
    logLevel: 'warning',
  });
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  for (const [file, compiled] of Object.entries(asCompiled)) {
    writeFileSync(join(root, folder, file), `import '../../${compiled}';\n`);
  }
  let named = 0;
  for (const { path, text } of outputFiles) {
    // A function that is made anew for each request would be named anew: a tenth of a command's time.
    const parts = text.split(namesAll);
    named += parts.length - 1;
    writeFileSync(path, parts.join(namesClasses));
  }
  if (named !== 1) throw new Error(`esbuild gives names in ${named} places, which must be one`);
}
