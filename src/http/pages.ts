// Serves the bundled web pages without external resources: the app, whose routes share one page,
// and the playground.
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playgroundPolicy } from './security-headers.js';

export const playgroundPath = '/graphiql';
export const signInPath = '/sign-in';
export const html = 'text/html; charset=utf-8';
const bundled = fileURLToPath(new URL('../web', import.meta.url));

/** The routes of web/app that every mode has. */
const appPaths = [
  '/',
  '/products/:sku',
  '/checkout',
  '/orders/:id',
  '/carts/:id/history',
  '/ops',
  '/ops/*',
];

/** Names of these files contain a hash of their content. */
const hashed = /[\\/]assets[\\/]/;
/** A kept page would ask for the files of an earlier build. */
const page = /\.html(\.\w+)?$/;

function keepingOf(path: string): string {
  if (page.test(path)) return 'no-cache';
  return hashed.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=3600';
}

/** For a browser that requests an unknown path; undefined when the pages were not built. */
export const notFoundPage = readPage('not-found.html');

/** The pages that not every mode has. */
export interface ShownPages {
  readonly playground: boolean;
  /** The page that signs in for development. */
  readonly signIn: boolean;
}

/** Serves nothing when the pages were not built; the API works without them. */
export async function pageRoutes(fastify: FastifyInstance, shown: ShownPages): Promise<void> {
  if (!existsSync(bundled)) return;
  await fastify.register(fastifyStatic, {
    root: bundled,
    wildcard: false,
    redirect: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.header('cache-control', keepingOf(path)),
    globIgnore: [
      '**/*.html',
      '**/*.{br,gz}',
      ...(shown.playground ? [] : ['**/graphiql*', 'graphiql/**']),
    ],
  });
  const page = readPage('index.html');
  if (page !== undefined) {
    const app = nameShownPages(page, shown);
    for (const path of bothEndings(shown.signIn ? [...appPaths, signInPath] : appPaths)) {
      fastify.get(path, (_request, reply) =>
        reply.type(html).header('cache-control', 'no-cache').send(app),
      );
    }
  }
  if (shown.playground) servePlayground(fastify);
}

/** People and other sites write a slash at the end, or leave it out. */
function bothEndings(paths: readonly string[]): string[] {
  return paths.flatMap((path) => (/[/*]$/.test(path) ? [path] : [path, `${path}/`]));
}

function servePlayground(fastify: FastifyInstance): void {
  for (const path of [playgroundPath, `${playgroundPath}/`]) {
    fastify.get(path, (_request, reply) =>
      reply
        .header('content-security-policy', playgroundPolicy)
        .sendFile('graphiql/index.html', { cacheControl: false }),
    );
  }
}

/** Tells the app, which links only to pages that exist. */
function nameShownPages(page: string, shown: ShownPages): string {
  const names = [...(shown.playground ? ['playground'] : []), ...(shown.signIn ? ['sign-in'] : [])];
  return page.replace(
    '<meta name="cartograph-pages" content="" />',
    `<meta name="cartograph-pages" content="${names.join(' ')}" />`,
  );
}

function readPage(name: string): string | undefined {
  const path = join(bundled, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
