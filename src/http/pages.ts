// The bundled web pages: the home page and the playground, from this service alone.
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bundled = fileURLToPath(new URL('../web', import.meta.url));

// The editor of the playground makes its workers from blobs and its styles inline; no script may.
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

/** Nothing is served when the pages were not built; the API does not need them. */
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
    globIgnore: ['**/index.html', ...(options.playground ? [] : ['**/graphiql*', 'graphiql/**'])],
  });
  if (existsSync(join(bundled, 'index.html'))) {
    fastify.get('/', (_request, reply) => reply.sendFile('index.html'));
  }
  if (options.playground) {
    fastify.get('/graphiql', (_request, reply) => reply.sendFile('graphiql/index.html'));
    fastify.get('/graphiql/', (_request, reply) => reply.sendFile('graphiql/index.html'));
  }
}
