// Bundles the pages that the service serves, so that the playground works without network access.
import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const worthCompressing = /\.(js|css|svg|json)$/;
const leastBytes = 1_024;
/** The highest quality takes many seconds for the playground's editor. */
const largeBytes = 300_000;

const brotliOf = ({ length }) => ({
  params: { [constants.BROTLI_PARAM_QUALITY]: length > largeBytes ? 8 : 11 },
});

/** The service sends `x.js.br` or `x.js.gz` instead of `x.js` to browsers that take it. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir }) {
    for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !worthCompressing.test(path)) continue;
      const content = readFileSync(path);
      if (content.length < leastBytes) continue;
      writeFileSync(`${path}.br`, brotliCompressSync(content, brotliOf(content)));
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: here('.'),
  // The not-found page is shown at any path depth.
  base: '/',
  plugins: [react(), compressed],
  worker: { format: 'es' },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 8000,
    // Inlined files would need a weaker Content-Security-Policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        app: here('index.html'),
        notFound: here('not-found.html'),
        graphiql: here('graphiql/index.html'),
      },
    },
  },
});
