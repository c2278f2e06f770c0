// Decides which web pages may call the service from a browser: its own, and the allowed origins.
import type { FastifyCorsOptions } from '@fastify/cors';
import { isIP } from 'node:net';

/**
 * A program sends no Origin; only its credentials count. Only host and port are compared with the
 * request's own, because a proxy may have terminated TLS.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

/**
 * A page is allowed when its origin equals the requested host. So the host must be one that no
 * foreign DNS name can point here: an address, localhost, the name in HOST, or that of an allowed
 * origin.
 */
export function isKnownHost(
  asked: string | undefined,
  { host, allowedOrigins }: { readonly host: string; readonly allowedOrigins: readonly string[] },
): boolean {
  if (asked === undefined) return true;
  if (!URL.canParse(`http://${asked}`)) return false;
  const { hostname } = new URL(`http://${asked}`);
  return (
    isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ||
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === host.toLowerCase() ||
    allowedOrigins.some((origin) => new URL(origin).hostname === hostname)
  );
}

/**
 * Another page can send none of these without asking the browser first; so a GET with one of them
 * comes from a program, or from a page of an allowed origin. A browser sends `authorization` to a
 * proxy that asked for it, but no bearer token, and all else is refused as a sign-in.
 */
export const sentByPrograms = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'authorization',
  'x-cart-token',
];

const sendable = [
  'content-type',
  'accept',
  'authorization',
  'x-cart-token',
  'x-access-reason',
  'x-correlation-id',
  'x-request-id',
  // Apollo's clients.
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'x-apollo-operation-id',
  'x-apollo-operation-type',
  'x-apollo-cache-key',
  'x-apollo-cache-do-not-store',
  // Libraries that wrap `fetch`.
  'x-requested-with',
  // Tracing: W3C Trace Context and Baggage, B3, Sentry, X-Ray, Google Cloud, Jaeger.
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
  'sentry-trace',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'uber-trace-id',
  // Monitoring of pages: Datadog, New Relic, Application Insights, Elastic APM.
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-origin',
  'x-datadog-sampling-priority',
  'x-datadog-tags',
  'newrelic',
  'request-id',
  'request-context',
  'elastic-apm-traceparent',
];
const readable = ['retry-after', 'allow', 'date'];

/** What `@fastify/cors` answers: the listed origins may ask, and no other page. */
export function corsOptions(allowed: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...allowed],
    methods: ['GET', 'POST'],
    allowedHeaders: sendable,
    exposedHeaders: readable,
    // No cookie counts, but clients that are told to include credentials demand it.
    credentials: true,
    maxAge: 600,
    // A preflight without the header that says what it is for is answered too.
    strictPreflight: false,
  };
}
