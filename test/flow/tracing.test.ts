// Tracing: one trace from the request to the push, what is in it and what never is, and a collector
// that does not do its part.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { attributeOf, type CollectedSpan, Collector } from '../telemetry/collector.js';
import { receive } from '../webhooks/receiver.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

const SKU = '71053';
/** Services and commands are started within a test. */
const START_MS = 180_000;
const preload = fileURLToPath(new URL('../telemetry/loaded-modules.js', import.meta.url));

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const soon = {
  TRACE_PARENT_TRUSTED: 'all',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '50',
  OTEL_METRIC_EXPORT_INTERVAL: '250',
};

async function serve(settings: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const service = await ServiceProcess.start(settings);
  cleanup.add(() => service.remove());
  return service;
}

/** The headers of a caller who takes part in a trace. */
function caller(isSampled = true) {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-0${isSampled ? 1 : 0}` };
}

/** What the log stored with the events of a stream. */
async function metadataOf(service: ServiceProcess, stream: string) {
  const lines = await service.run('inspect', stream, '--json');
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { metadata: Record<string, unknown> }).metadata);
}

/** A new cart with something in it. */
async function filled(guest: Shopper) {
  const opened = await guest.open();
  const { cartId, shopper } = opened;
  const { addItem } = await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: SKU } });
  return { ...opened, expectedTotal: addItem.cart!.totals.total.minorUnits };
}

const figureOf = async ({ url }: ServiceProcess, name: string) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, figure] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? [];
  if (figure === undefined) throw new Error(`There is no ${name}`);
  return Number(figure);
};

/** Resolves when the service has dropped so many spans; each look makes another. */
async function dropped(service: ServiceProcess, atLeast: number): Promise<void> {
  while ((await figureOf(service, 'cartograph_spans_dropped_total')) < atLeast) {
    await fetch(`${service.url}/graphql`, { method: 'POST' });
  }
}

describe.each(['compiled', 'reference'])('with the executor %s', (GRAPHQL_EXECUTOR) => {
  let collector: Collector;
  let service: ServiceProcess;
  let guest: Shopper;

  beforeAll(async () => {
    collector = await Collector.start(cleanup);
    service = await serve({
      ...soon,
      GRAPHQL_EXECUTOR,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret%20key',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      WEBHOOK_PRIVATE_ADDRESSES: 'allow',
    });
    guest = new Shopper(service);
  }, START_MS);

  test(
    'a change is one trace: request, operation, command, append, projection, push',
    async () => {
      const { cartId, cartToken, shopper } = await guest.open();
      const changes = shopper.subscribe(documents.CartChangedDocument, { cartId });
      await changes.next();
      const { traceId, spanId, traceparent } = caller();
      const traced = new Shopper(service, { traceparent }).holding(cartToken);
      await traced.ask(documents.AddItemDocument, { input: { cartId, sku: SKU } });
      await changes.next();
      const ending = changes.return(undefined);
      const names = () => collector.ofTrace(traceId).map(({ name }) => name);
      await collector.until(() => names().length >= 6);
      await ending;
      const named = (name: string) =>
        collector.ofTrace(traceId).find((span) => span.name === name)!;
      expect(names().sort()).toEqual([
        'AddItem',
        'POST /graphql',
        'append cart',
        'graphql mutation',
        'project',
        'push cartChanged',
      ]);
      expect(named('POST /graphql').parentSpanId).toBe(spanId);
      const line = ['POST /graphql', 'graphql mutation', 'AddItem', 'append cart'].map(named);
      line.slice(1).forEach((span, n) => expect(span.parentSpanId).toBe(line[n]!.spanId));
      const append = named('append cart');
      for (const name of ['project', 'push cartChanged']) {
        expect(named(name).parentSpanId).toBe(append.spanId);
      }
      for (const { startTimeUnixNano: from, endTimeUnixNano: to } of collector.ofTrace(traceId)) {
        expect(BigInt(to)).toBeGreaterThanOrEqual(BigInt(from));
      }
      expect(attributeOf(named('POST /graphql'), 'http.response.status_code')).toBe(200);
      expect(attributeOf(named('graphql mutation'), 'graphql.operation.name')).toBe('AddItem');
      expect(attributeOf(named('AddItem'), 'cartograph.outcome')).toBe('accepted');
      expect(attributeOf(append, 'cartograph.append.expected_revision')).toBe('0');
      expect(attributeOf(append, 'cartograph.append.events')).toBe(1);
      expect((await metadataOf(service, `cart-${cartId}`)).at(-1)).toMatchObject({
        traceparent: `00-${traceId}-${append.spanId}-01`,
        $correlationId: expect.any(String) as unknown,
      });
    },
    START_MS,
  );

  // The rest has nothing to do with the executor.
  if (GRAPHQL_EXECUTOR === 'reference') return;

  test(
    'a trace that is not sampled leaves nothing, in the log or at the collector',
    async () => {
      const { cartId, cartToken } = await guest.open();
      const silent = caller(false);
      const quiet = new Shopper(service, { traceparent: silent.traceparent }).holding(cartToken);
      await quiet.ask(documents.AddItemDocument, { input: { cartId, sku: SKU } });
      const loud = caller();
      const traced = new Shopper(service, { traceparent: loud.traceparent }).holding(cartToken);
      await traced.ask(documents.AddItemDocument, { input: { cartId, sku: SKU } });
      await collector.until(() => collector.ofTrace(loud.traceId).length >= 5);
      expect(collector.ofTrace(silent.traceId)).toEqual([]);
      const [, unsampled, sampled] = await metadataOf(service, `cart-${cartId}`);
      expect(unsampled).not.toHaveProperty('traceparent');
      expect(sampled).toHaveProperty('traceparent');
      expect(await service.run('verify')).toContain('Everything matches the log.');
    },
    START_MS,
  );

  test('over a websocket, the trace is in the extensions of the operation', async () => {
    const { cartId, cartToken } = await guest.open();
    const { traceId, spanId, traceparent } = caller();
    const client = createClient({
      url: service.websocketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { cartToken },
    });
    const query = print(documents.AddItemDocument);
    const variables = { input: { cartId, sku: SKU } };
    await client.iterate({ query, variables, extensions: { traceparent } }).next();
    await client.dispose();
    await collector.until(() => collector.ofTrace(traceId).length >= 4);
    const spans = collector.ofTrace(traceId);
    const operation = spans.find(({ name }) => name === 'graphql mutation');
    expect(operation?.parentSpanId).toBe(spanId);
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['AddItem', 'project']));
  });

  test(
    'reactions and webhooks are traces of their own, linked to the append',
    async () => {
      const receiver = await receive(cleanup);
      const admin = await Shopper.signedIn(service, 'admin', 'boss');
      const target = { url: receiver.url, eventTypes: ['OrderPlaced' as const] };
      await admin.ask(documents.RegisterWebhookDocument, { input: target });
      const { cartId, cartToken, expectedTotal } = await filled(guest);
      const { traceparent } = caller();
      const input = { cartId, email: 'ada@example.com', paymentToken: 'tok_ok', expectedTotal };
      const buyer = new Shopper(service, { traceparent }).holding(cartToken);
      const { checkout } = await buyer.ask(documents.CheckoutDocument, { input });
      expect(checkout.rejection).toBeNull();
      await receiver.until(1);
      // The checkout places the order, or the reaction to it that is there for checkouts cut short.
      const [placed] = await metadataOf(service, `order-${checkout.order!.id}`);
      const [, traceId, spanOfAppend] = String(placed!['traceparent']).split('-');
      const linked = () =>
        collector.spans.filter(({ links = [] }) =>
          links.some(({ spanId }) => spanId === spanOfAppend),
        );
      const names = () => new Set(linked().map(({ name }) => name));
      const expected = [
        'react order-fulfilment',
        'react webhooks',
        'deliver webhook',
        'react mail',
      ];
      await collector.until(() => expected.every((name) => names().has(name)));
      for (const span of linked()) {
        expect(span.traceId).not.toBe(traceId);
        expect(span.parentSpanId ?? '').toBe('');
      }
      const delivery = linked().find(({ name }) => name === 'deliver webhook')!;
      expect(receiver.received[0]!.headers['traceparent']).toBe(
        `00-${delivery.traceId}-${delivery.spanId}-01`,
      );
      // What a reaction does is in its trace.
      const reacting = linked().find(({ name }) => name === 'react order-fulfilment')!;
      await collector.until(() =>
        collector
          .ofTrace(reacting.traceId)
          .some(
            ({ name, parentSpanId }) => name !== reacting.name && parentSpanId === reacting.spanId,
          ),
      );
    },
    START_MS,
  );

  test('nothing that a person sends or holds is told to the collector', async () => {
    const { cartId, cartToken, shopper, expectedTotal } = await filled(guest);
    const canaries = {
      note: 'canary-note',
      code: 'CANARY-CODE',
      email: 'canary@example.com',
      literal: 'canary-literal',
      search: 'canary-search',
    };
    await shopper.answer(documents.ApplyCouponDocument, { input: { cartId, code: canaries.code } });
    const giftNote = { cartId, note: canaries.note, email: canaries.email };
    await shopper.ask(documents.SetGiftNoteDocument, { input: giftNote });
    await fetch(service.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cart-token': cartToken },
      body: JSON.stringify({ query: `{ product(sku: "${canaries.literal}") { name } }` }),
    });
    const query = encodeURIComponent(`{ product(sku: "${canaries.search}") { name } }`);
    await fetch(`${service.graphqlUrl}?query=${query}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    const { traceId, traceparent } = caller();
    const buyer = new Shopper(service, { traceparent }).holding(cartToken);
    const input = { cartId, email: canaries.email, paymentToken: 'tok_ok', expectedTotal };
    const { checkout } = await buyer.ask(documents.CheckoutDocument, { input });
    expect(checkout.rejection).toBeNull();
    await collector.until(() => collector.ofTrace(traceId).some(isAppend));
    await collector.until(() => collector.spans.some(({ name }) => name === 'ApplyCoupon'));
    const told = collector.bodies.join('\n');
    const secrets = [...Object.values(canaries), cartToken, cartId, 'tok_ok', 'secret key'];
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    expect(told).toContain('cartograph.stream.category');
  });

  test('the collector is told who it is, and gets what /metrics shows', async () => {
    await collector.until(() => collector.metrics.has('cartograph_spans_exported_total'));
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const shown = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    expect(shown.length).toBeGreaterThan(20);
    const missing = shown.filter(([name]) => !collector.metrics.has(name!));
    expect(missing).toEqual([]);
    const kindOf: Readonly<Record<string, string>> = { counter: 'sum', gauge: 'gauge' };
    for (const [name, type] of shown) {
      expect(collector.metrics.get(name!)).toHaveProperty(kindOf[type!] ?? type!);
    }
    expect(Object.fromEntries(collector.resource)).toMatchObject({
      'service.name': 'shop',
      'deployment.environment.name': 'test',
      'telemetry.sdk.language': 'nodejs',
    });
    expect(collector.headers.every((headers) => headers['x-key'] === 'secret key')).toBe(true);
    expect(await figureOf(service, 'cartograph_spans_dropped_total')).toBe(0);
  });

  test(
    'a stop exports what waits',
    async () => {
      const { traceId, traceparent } = caller();
      await new Shopper(service, { traceparent }).open();
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      expect(collector.ofTrace(traceId).some(isAppend)).toBe(true);
      await service.restart();
    },
    START_MS,
  );
});

const isAppend = ({ name }: CollectedSpan) => name === 'append cart';

describe('a collector that takes nothing', () => {
  const settings = (endpoint: string) => ({
    ...soon,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    OTEL_BSP_MAX_QUEUE_SIZE: '4',
  });

  test.each(['refuses', 'is silent'] as const)(
    'one that %s delays and fails nothing; drops are counted, and told once',
    async (answers) => {
      const collector = await Collector.start(cleanup);
      collector.answers = answers;
      const service = await serve(settings(collector.url));
      const { cartId, shopper } = await new Shopper(service).open();
      const { addItem } = await shopper.ask(documents.AddItemDocument, {
        input: { cartId, sku: SKU },
      });
      expect(addItem.rejection).toBeNull();
      await dropped(service, 1);
      const first = await figureOf(service, 'cartograph_spans_dropped_total');
      await dropped(service, first + 20);
      expect(service.log.match(/spans cannot be exported/g)).toHaveLength(1);
      expect(await service.stop()).toEqual({ code: 0, signal: null });
    },
    START_MS,
  );

  test(
    'one that is away does not keep a service from its start and its stop',
    async () => {
      const collector = await Collector.start(cleanup);
      await collector.stop();
      const service = await serve(settings(collector.url));
      await new Shopper(service).open();
      await service.logs('spans cannot be exported');
      expect(await service.stop()).toEqual({ code: 0, signal: null });
    },
    START_MS,
  );
});

describe("OpenTelemetry's SDK", () => {
  const NODE_OPTIONS = `--import=${preload}`;

  test(
    'is not loaded without a collector',
    async () => {
      const service = await serve({ NODE_OPTIONS, OTEL_SERVICE_NAME: 'shop' });
      const { traceparent } = caller();
      await new Shopper(service, { traceparent }).open();
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      expect(service.log).not.toContain('loaded @opentelemetry');
    },
    START_MS,
  );

  test(
    'is loaded for a collector, in the form that is asked for alone',
    async () => {
      const collector = await Collector.start(cleanup);
      const service = await serve({
        ...soon,
        NODE_OPTIONS,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_METRICS_EXPORTER: 'none',
      });
      await service.stop();
      expect(service.log).toContain('loaded @opentelemetry/sdk-trace');
      expect(service.log).toContain('loaded @opentelemetry/exporter-trace-otlp-http');
      expect(service.log).not.toContain('exporter-trace-otlp-proto');
      expect(service.log).not.toContain('exporter-metrics');
    },
    START_MS,
  );
});
