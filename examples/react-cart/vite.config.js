// The page and the service on one origin: what the page asks of /graphql is passed on.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const target = process.env.SHOP_URL ?? 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/graphql': { target, ws: true } } },
});
