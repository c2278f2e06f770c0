// Commands in a trace: their spans, what the log keeps of it, and a log that is the same without.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AccessRecord } from '../../src/commands/access-record.js';
import { CatalogCommands } from '../../src/commands/catalog-commands.js';
import { CommandRunner } from '../../src/commands/command-runner.js';
import { StockCommands } from '../../src/commands/stock-commands.js';
import { ChainCheck } from '../../src/event-store/chain.js';
import { ConflictError, StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { AggregateStore } from '../../src/folds/aggregate-store.js';
import { inSpan } from '../../src/tracing/tracing.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import {
  nameOf,
  placeOf,
  recordedTracing,
  request,
  sampled,
} from '../telemetry/recorded-tracing.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sku = 'LANTERN';
const context = { actor: { kind: 'admin', subject: 'ada@example.com' } };
const units = (quantity: number) => ({ sku, quantity, reference: 'canary' });

let store: EventStore;
beforeEach(async () => {
  store = connectTestStore(cleanup, (await startTestNode(cleanup)).connectionString);
  const catalogue = new CatalogCommands(new CommandRunner(store, new AggregateStore(store)));
  const price = { minorUnits: 100, currency: 'GBP' };
  await catalogue.list({ sku, name: 'Lantern', price }, context);
});

function traced(appends: EventStore = store) {
  const recorded = recordedTracing();
  const { tracing } = recorded;
  const runner = new CommandRunner(appends, new AggregateStore(store), systemTime, tracing);
  /** Runs the work as a request of a traced caller does. */
  const asked = <Result>(work: () => Promise<Result>) =>
    inSpan(tracing.serve(request, { traceparent: sampled, isTrusted: true })!, work);
  return { ...recorded, stock: new StockCommands(runner), asked };
}

async function stored(stream = `inventory-${sku}`): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream)) events.push(event);
  return events;
}

const traceOf = ({ metadata }: StoredEvent) => metadata.traceparent;

test('a command has a span, and its append one in it, whose place is in the metadata', async () => {
  const { stock, asked, named } = traced();
  await asked(() => stock.receive(units(5), context));
  const [command, append] = [named('ReceiveStock'), named('append inventory')];
  expect(command.parentSpanContext?.spanId).toBe(named('request').spanContext().spanId);
  expect(append.parentSpanContext?.spanId).toBe(command.spanContext().spanId);
  expect(command.attributes).toEqual({
    'cartograph.stream.category': 'inventory',
    'cartograph.command': 'ReceiveStock',
    'cartograph.command.attempts': 1,
    'cartograph.outcome': 'accepted',
  });
  expect(append.attributes).toEqual({
    'cartograph.stream.category': 'inventory',
    'cartograph.append.expected_revision': 'no_stream',
    'cartograph.append.events': 1,
    'cartograph.append.event_types': ['StockReceived'],
    'cartograph.append.bytes': expect.any(Number) as unknown,
  });
  expect((await stored()).map(traceOf)).toEqual([placeOf(append)]);
});

test('events with a trace and events without are one hash chain', async () => {
  const { stock, asked } = traced();
  await stock.receive(units(1), context);
  await asked(() => stock.receive(units(2), context));
  await asked(() => stock.receive(units(3), context));
  await stock.receive(units(4), context);
  const events = await stored();
  expect(events.map((event) => traceOf(event) !== undefined)).toEqual([false, true, true, false]);
  const check = new ChainCheck();
  expect(events.map((event) => check.check(event))).toEqual(events.map(() => undefined));
  check.close();
  const keys = Object.keys(events[1]!.metadata);
  expect(keys.slice(-2)).toEqual(['traceparent', 'chain']);
});

test('without a trace the metadata has what it had, byte for byte', async () => {
  const { stock, ended } = traced();
  const untraced = new StockCommands(new CommandRunner(store, new AggregateStore(store)));
  await stock.receive(units(1), context);
  await untraced.receive(units(1), context);
  const texts = (await stored()).map(({ metadata }) =>
    JSON.stringify({ ...metadata, occurredAt: '', chain: '' }),
  );
  expect(texts).toEqual(Array.from({ length: 2 }, () => METADATA));
  expect(ended()).toEqual([]);
});

const METADATA =
  '{"schemaVersion":1,"occurredAt":"","actor":{"kind":"admin","subject":"ada@example.com"},"chain":""}';

test('a rejection is told by its code, a repetition as replayed', async () => {
  const { stock, asked, ended } = traced();
  const commandId = 'c7a1b2d3-0000-4000-8000-000000000001';
  await asked(() => stock.receive(units(1), { ...context, commandId }));
  await asked(() => stock.receive(units(1), { ...context, commandId }));
  await asked(() => stock.receive({ ...units(1), sku: 'UNKNOWN' }, context));
  const outcomes = ended()
    .filter(({ attributes }) => attributes['cartograph.command.attempts'] !== undefined)
    .map(({ attributes }) => attributes['cartograph.outcome']);
  expect(outcomes).toEqual(['accepted', 'replayed', 'NOT_FOUND']);
});

test('a lost race is an attempt more, with an append for each', async () => {
  const { stock, asked, ended, named } = traced(losingOnce(store));
  await asked(() => stock.receive(units(1), context));
  expect(named('ReceiveStock').attributes['cartograph.command.attempts']).toBe(2);
  const appends = ended().filter(({ name }) => name === 'append inventory');
  expect(appends.map(({ attributes }) => attributes['cartograph.outcome'])).toEqual([
    'conflict',
    undefined,
  ]);
  // A conflict is no fault.
  expect(appends.map(({ status }) => status.code)).toEqual([0, 0]);
  expect((await stored()).map(traceOf)).toEqual([placeOf(appends[1]!)]);
});

function losingOnce(inner: EventStore): EventStore {
  let isFirst = true;
  return Object.assign(Object.create(inner) as EventStore, {
    append: (...asked: Parameters<EventStore['append']>) => {
      if (!isFirst) return inner.append(...asked);
      isFirst = false;
      return Promise.reject(new ConflictError(asked[0], 0));
    },
  });
}

test('a store that is away fails the spans with its class, and nothing of the message', async () => {
  const away = Object.assign(Object.create(store) as EventStore, {
    append: () => Promise.reject(new StoreUnavailableError('append to canary')),
  });
  const { stock, asked, ended } = traced(away);
  await expect(asked(() => stock.receive(units(1), context))).rejects.toThrow(
    StoreUnavailableError,
  );
  expect(ended().map(nameOf)).toEqual(['append inventory', 'ReceiveStock', 'request']);
  for (const { attributes, status } of ended()) {
    expect(attributes['error.type']).toBe('StoreUnavailableError');
    expect(status.message).toBeUndefined();
  }
});

test('nothing of what is stored is told: no id, no person, no reference', async () => {
  const { stock, asked, ended } = traced();
  await asked(() => stock.receive(units(1), context));
  const told = JSON.stringify(ended().map(({ name, attributes }) => [name, attributes]));
  expect(told).not.toMatch(/LANTERN|ada@example\.com|canary/);
});

test('a look of staff is an append of the trace as well', async () => {
  const { tracing, asked, named } = traced();
  const record = new AccessRecord(store, systemTime, tracing);
  const cart = '00000000-0000-4000-8000-000000000001';
  const look = { kind: 'support', subject: 'sue', reason: 'canary' };
  await asked(() => record.record(cart, look));
  await record.record(cart, look);
  const [first, second] = await stored(`access-${cart}`);
  expect(traceOf(first!)).toBe(placeOf(named('append access')));
  expect(second!.metadata).not.toHaveProperty('traceparent');
  const check = new ChainCheck();
  expect([first!, second!].map((event) => check.check(event))).toEqual([undefined, undefined]);
  check.close();
});
