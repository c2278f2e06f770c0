// Bundles the pages that the service serves, so that the playground works without network access.
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // The not-found page is shown at any path depth.
  base: '/',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 8000,
    rolldownOptions: {
      input: {
        home: here('index.html'),
        notFound: here('not-found.html'),
        graphiql: here('graphiql/index.html'),
      },
    },
  },
});
