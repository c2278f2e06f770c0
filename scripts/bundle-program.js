// Bundles the compiled service, and all of the packages that it uses, into few files: finding and
// reading some 1,300 modules takes longer than all else that a start does. What was compiled stays
// beside it. The tests of parts use that, and a debugger can be pointed at it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'dist/program';

/**
 * The program and its threads. A module starts a thread by a path that is relative to itself, and
 * all modules are in one folder here; each thread is where those paths lead. As deep in `dist` as the
 * modules were, they find what is outside of it, such as the pages, by the same paths as before.
 */
const entries = {
  cartograph: 'dist/cli/cartograph.js',
  'drift-worker': 'dist/replay/drift-worker.js',
  'log-reader-worker': 'dist/event-store/log-reader-worker.js',
  'projector-worker': 'dist/projections/projector-worker.js',
  'relay-worker': 'dist/relay/relay-worker.js',
  'replay-worker': 'dist/replay/replay-worker.js',
  'sandbox-worker': 'embedded-node/dist/sandbox/sandbox-worker.js',
  'server/node-worker': 'embedded-node/dist/server/node-worker.js',
};

/** Packages in CommonJS look for parts of Node with `require`, which a module in ESM has not. */
const requires = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

export async function bundleProgram() {
  rmSync(join(root, folder), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The API and the errors are known by the names of their classes.
    keepNames: true,
    // For `node --enable-source-maps`.
    sourcemap: true,
    sourcesContent: false,
    banner: { js: requires },
    // Parts of packages that we do not have, and that they do without.
    external: ['class-validator', 'pg-native'],
    logLevel: 'warning',
  });
}
