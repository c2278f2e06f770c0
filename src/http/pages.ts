// Serves the bundled web pages, the home page and the playground, without external resources.
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const playgroundPath = '/graphiql';
export const html = 'text/html; charset=utf-8';
const bundled = fileURLToPath(new URL('../web', import.meta.url));

// The playground's editor creates workers from blobs and inline styles; scripts come only from this
// service.
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** For a browser that requests an unknown path; undefined when the pages were not built. */
export const notFoundPage = readPage('not-found.html');

/** Serves nothing when the pages were not built; the API works without them. */
export async function pageRoutes(
  fastify: FastifyInstance,
  options: { readonly playground: boolean },
): Promise<void> {
  if (!existsSync(bundled)) return;
  await fastify.register(fastifyStatic, {
    root: bundled,
    wildcard: false,
    redirect: false,
    index: false,
    globIgnore: ['**/*.html', ...(options.playground ? [] : ['**/graphiql*', 'graphiql/**'])],
  });
  const home = readPage('index.html');
  if (home !== undefined) {
    const shown = options.playground ? home : withoutPlayground(home);
    fastify.get('/', (_request, reply) => reply.type(html).send(shown));
  }
  if (options.playground) {
    fastify.get(playgroundPath, (_request, reply) => reply.sendFile('graphiql/index.html'));
    fastify.get(`${playgroundPath}/`, (_request, reply) => reply.sendFile('graphiql/index.html'));
  }
}

/** Removes the home page's link to the playground, which production does not have. */
function withoutPlayground(page: string): string {
  return page.replace(/<a [^>]*href="\/graphiql"[^>]*>.*?<\/a>/gs, '');
}

function readPage(name: string): string | undefined {
  const path = join(bundled, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
