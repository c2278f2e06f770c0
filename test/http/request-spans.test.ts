// The spans of requests and operations over HTTP.
import { afterEach, describe, expect, test } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import type { ServerOptions } from '../../src/http/server.js';
import { traceTrusts, trustedTraces } from '../../src/http/trace-trust.js';
import { traceIn } from '../../src/http/websocket-spans.js';
import { CALLER, nameOf, recordedTracing, sampled, TRACE } from '../telemetry/recorded-tracing.js';
import { parts, post, type Served, serve } from './served.js';

let served: Served | undefined;
afterEach(async () => {
  await served?.stop();
  served = undefined;
});

async function tracing(options: Partial<ServerOptions> = {}) {
  const recorded = recordedTracing();
  served = await serve({ tracing: recorded.tracing, ...options });
  const { url, graphqlUrl } = served;
  /** A response is closed a little after the caller has it. */
  const until = async (count: number) => {
    while (recorded.ended().length < count) await new Promise(setImmediate);
  };
  return { ...recorded, url, graphqlUrl, until };
}

test('a request goes on with the trace of a trusted caller', async () => {
  const { graphqlUrl, until, named } = await tracing({ traceTrust: 'all' });
  await post(graphqlUrl, { query: '{ __typename }' }, { traceparent: sampled });
  await until(2);
  const span = named('POST /graphql');
  expect(span.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: CALLER });
  expect(span.kind).toBe(SpanKind.SERVER);
  expect(span.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'url.scheme': 'http',
  });
});

test.each<[trust: ServerOptions['traceTrust'], proxies: string[], goesOn: boolean]>([
  [undefined, [], false],
  ['none', ['127.0.0.1'], false],
  ['proxies', [], false],
  ['proxies', ['192.0.2.0/24'], false],
  ['proxies', ['127.0.0.0/8'], true],
  ['all', [], true],
])('trusting %p, and %j as proxies', async (traceTrust, trustedProxies, goesOn) => {
  const { graphqlUrl, until, named } = await tracing({
    ...(traceTrust && { traceTrust }),
    trustedProxies,
  });
  // A header that anyone can write must not make a caller a proxy.
  const headers = { traceparent: sampled, 'x-forwarded-for': '192.0.2.7, 127.0.0.1' };
  await post(graphqlUrl, { query: '{ __typename }' }, headers);
  await until(2);
  const { parentSpanContext, links } = named('POST /graphql');
  expect(parentSpanContext?.spanId).toBe(goesOn ? CALLER : undefined);
  expect(links.map(({ context }) => context.spanId)).toEqual(goesOn ? [] : [CALLER]);
});

test('frames of a websocket are trusted where everyone is, because no proxy looks into them', () => {
  const inFrames = (trust: (typeof traceTrusts)[number]) =>
    trustedTraces(trust, ['127.0.0.0/8', '::1']).inFrames;
  expect(traceTrusts.map(inFrames)).toEqual([false, false, true]);
  expect(traceIn({ traceparent: sampled }, false)).toMatchObject({ isTrusted: false });
});

test('a refusal has a span, without the path that nobody has', async () => {
  const { url, until, ended } = await tracing();
  await fetch(`${url}/canary?token=canary`);
  await until(1);
  const [span] = ended();
  expect([span!.name, span!.status.code]).toEqual(['GET', 0]);
  expect(span!.attributes['http.response.status_code']).toBe(404);
  expect(JSON.stringify(span!.attributes)).not.toContain('canary');
});

test('health and metrics have none', async () => {
  const { url, until, ended } = await tracing();
  for (const path of ['/health/live', '/health/ready', '/metrics']) await fetch(`${url}${path}`);
  await fetch(`${url}/nowhere`);
  await until(1);
  expect(ended().map(nameOf)).toEqual(['GET']);
});

test('a caller who goes away ends the span', async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const services = parts();
  const never = () => {
    asked();
    return new Promise<never>(() => undefined);
  };
  const { graphqlUrl, until, named } = await tracing({
    services: { ...services, reads: { ...services.reads, product: never, productsOf: never } },
  });
  const leaving = new AbortController();
  const body = JSON.stringify({ query: '{ product(sku: "MUG") { name } }' });
  const headers = { 'content-type': 'application/json' };
  const asking = fetch(graphqlUrl, { method: 'POST', headers, body, signal: leaving.signal });
  await isAsked;
  leaving.abort();
  await expect(asking).rejects.toThrow();
  await until(1);
  expect(named('POST /graphql').attributes['error.type']).toBe('aborted');
});

describe.each(['compiled', 'reference'] as const)('operations by the executor %s', (executor) => {
  const start = () => tracing({ graphqlExecutor: executor });

  test.each([
    ['by POST', 'post'],
    ['by POST again, which takes a shorter way', 'again'],
    ['by GET', 'get'],
  ])('have a span in that of their request: %s', async (_what, way) => {
    const { graphqlUrl, until, ended } = await start();
    const query = 'query Named($sku: ID!) { product(sku: $sku) { name } }';
    const variables = { sku: 'canary' };
    const ask = () => post(graphqlUrl, { query, variables, operationName: 'Named' });
    if (way === 'get') {
      const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const headers = { 'apollo-require-preflight': 'true' };
      await fetch(`${graphqlUrl}?${search.toString()}`, { headers });
    } else await ask();
    if (way === 'again') await ask();
    await until(way === 'again' ? 4 : 2);
    const [operation, request] = ended().slice(-2);
    expect(operation!.parentSpanContext?.spanId).toBe(request!.spanContext().spanId);
    expect(operation!.attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Named',
    });
    expect(JSON.stringify(ended().map(({ attributes }) => attributes))).not.toContain('canary');
  });

  test('tell the codes of the errors, and not their messages', async () => {
    const { graphqlUrl, until, named } = await start();
    await post(graphqlUrl, { query: '{ coupons(first: 1) { nodes { code } } }' });
    await until(2);
    expect(named('graphql query').attributes).toEqual({
      'graphql.operation.type': 'query',
      'cartograph.graphql.errors': ['FORBIDDEN'],
    });
  });

  test('cut a long name, which a caller may choose', async () => {
    const { graphqlUrl, until, named } = await start();
    await post(graphqlUrl, { query: `query ${'N'.repeat(3_000)} { __typename }` });
    await until(2);
    expect(named('graphql query').attributes['graphql.operation.name']).toBe('N'.repeat(100));
  });
});

test('a document that is refused has no span of its own', async () => {
  const { graphqlUrl, until, ended } = await tracing();
  await post(graphqlUrl, { query: '{ nonsense }' });
  await until(1);
  expect(ended().map(nameOf)).toEqual(['POST /graphql']);
});

test('without tracing, a traceparent changes nothing', async () => {
  served = await serve();
  const { status, body } = await post(
    served.graphqlUrl,
    { query: '{ __typename }' },
    { traceparent: sampled },
  );
  expect([status, body.data]).toEqual([200, { __typename: 'Query' }]);
});
