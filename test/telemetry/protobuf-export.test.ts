// The default form of the export, protobuf, as a collector on loopback gets it: with the caller's
// `tracestate`, the link to a stranger's trace, and the metrics.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Counter, Registry } from 'prom-client';
import type { TelemetryOptions } from '../../src/telemetry/options.js';
import { openTelemetry } from '../../src/telemetry/telemetry.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup } from '../event-store/nodes.js';
import { ProtobufFields } from './protobuf-fields.js';
import { CALLER, request, sampled, TRACE } from './recorded-tracing.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly message: ProtobufFields;
}

/** Takes everything; the bodies are kept by path. */
async function collecting() {
  const received = new Map<string, Received>();
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((body) => {
      const isCompressed = incoming.headers['content-encoding'] === 'gzip';
      const message = new ProtobufFields(isCompressed ? gunzipSync(body) : body);
      received.set(incoming.url ?? '', { headers: incoming.headers, message });
      // An empty message: everything was taken.
      response.setHeader('content-type', 'application/x-protobuf').end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { received, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const options = (endpoint: string, isCompressed: boolean): TelemetryOptions => ({
  endpoint,
  isCompressed,
  protocol: 'http/protobuf',
  headers: { 'x-key': 'secret key' },
  timeoutMs: 10_000,
  serviceName: 'shop',
  resource: { 'deployment.environment.name': 'test' },
  traces: { sampler: 'parentbased_always_on', ratio: 1, delayMs: 50, queueSize: 100 },
  metrics: { everyMs: 3_600_000 },
});
const silent = { warn: () => {}, info: () => {} };

/** Numbers of the fields of OTLP's messages: opentelemetry/proto/trace/v1/trace.proto. */
const SPANS = [1, 2, 2];
const RESOURCE_ATTRIBUTES = [1, 1, 1];

test.each([false, true])('spans and metrics, compressed: %s', async (isCompressed) => {
  const { received, endpoint } = await collecting();
  const ports = { log: silent, time: systemTime, version: '1.2.3' };
  const telemetry = await openTelemetry(options(endpoint, isCompressed), ports);
  const { tracing } = telemetry.traces!;
  const theirs = { traceparent: sampled, tracestate: 'a=1,b=2' };
  tracing.serve({ ...request, name: 'trusted' }, { ...theirs, isTrusted: true })!.end();
  tracing.serve({ ...request, name: 'strange' }, theirs)!.end();
  const registry = new Registry();
  new Counter({ name: 'carts_opened_total', help: 'Opened', registers: [registry] }).inc(3);
  const stopMetrics = await telemetry.exportMetrics(registry);
  await stopMetrics();
  await telemetry.stop();
  const { headers, message } = received.get('/v1/traces')!;
  expect(headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'x-key': 'secret key',
  });
  expect(headers['content-encoding']).toBe(isCompressed ? 'gzip' : undefined);
  const [trusted, strange] = message.within(...SPANS);
  const placeOf = (span: ProtobufFields) => [span.hex(1), span.text(3), span.hex(4), span.text(5)];
  expect(placeOf(trusted!)).toEqual([TRACE, 'a=1,b=2', CALLER, 'trusted']);
  expect(placeOf(strange!)).toEqual([
    expect.stringMatching(/^(?!0af7651916cd43dd8448eb211c80319c)[\da-f]{32}$/),
    ...[undefined, undefined, 'strange'],
  ]);
  expect(trusted!.all(13)).toEqual([]);
  const links = strange!.all(13).map((link) => [link.hex(1), link.hex(2), link.text(3)]);
  expect(links).toEqual([[TRACE, CALLER, undefined]]);
  const resource = new Map(
    message
      .within(...RESOURCE_ATTRIBUTES)
      .map((attribute) => [attribute.text(1), attribute.all(2)[0]?.text(1)]),
  );
  expect(resource.get('service.name')).toBe('shop');
  expect(resource.get('service.version')).toBe('1.2.3');
  expect(resource.get('deployment.environment.name')).toBe('test');
  const metrics = received.get('/v1/metrics')!.message.within(1, 2, 2);
  expect(metrics.map((metric) => metric.text(1))).toContain('carts_opened_total');
});
