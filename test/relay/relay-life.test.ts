// The relay beside a service: it waits for its lock, follows the log, and goes on after faults.
import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shopPrefixes } from '../../src/commands/aggregates.js';
import { chainedPrefixes } from '../../src/projections/shop-events.js';
import { defaultLayout, parseTopics, prefixesOf } from '../../src/relay/layout.js';
import { watchRelay } from '../../src/http/relay-metrics.js';
import { openRelayLock } from '../../src/relay/open-lock.js';
import { Relay, type RelayStatus } from '../../src/relay/relay.js';
import { KafkaRefusedError } from '../../src/relay/topics.js';
import { passingTime } from '../support/passing-time.js';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics } from './memory-topics.js';
import { freeLock } from './relaying.js';

test('a refusal, or a broker that is away, stops nothing for good', async () => {
  const topics = new MemoryTopics({ transactions: true });
  topics.fates.push('lost', new KafkaRefusedError('writing', 'TOPIC_AUTHORIZATION_FAILED'));
  const log = new MemoryLog(20);
  const stopping = new AbortController();
  const states: string[] = [];
  const faults: unknown[] = [];
  const listener = ({ state, written }: RelayStatus) => {
    if (states.at(-1) !== state) states.push(state);
    if (state === 'LIVE' && written === 20) stopping.abort();
  };
  const { error } = await Relay.run({
    ...{ store: log, topics, lock: freeLock, layout: defaultLayout, transactions: 'auto' },
    ...{ signal: stopping.signal, listener, time: passingTime().time },
    onFault: (fault) => faults.push(fault),
  });
  expect(states).toEqual([
    ...['CATCHING_UP', 'RETRYING', 'CATCHING_UP', 'REFUSED', 'CATCHING_UP', 'LIVE'],
  ]);
  expect(faults.length).toBe(2);
  expect(error).toBeNull();
});

test('a second relay on the data folder waits until the first one ends', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-relay-'));
  const [first, second] = [openRelayLock({ dataDir }), openRelayLock({ dataDir })];
  const { signal } = new AbortController();
  try {
    await first.hold(signal);
    const stopping = new AbortController();
    const waiting = second.hold(stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await first.close();
    expect((await second.hold(signal)).aborted).toBe(false);
  } finally {
    await second.close();
    await rm(dataDir, { recursive: true });
  }
});

test('a relay on a data folder that nobody has used yet makes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-relay-'));
  const lock = openRelayLock({ dataDir: join(folder, 'new', 'data') });
  try {
    expect((await lock.hold(new AbortController().signal)).aborted).toBe(false);
  } finally {
    await lock.close();
    await rm(folder, { recursive: true });
  }
});

test('the metrics have the state, the lag and what was written', async () => {
  const registry = new Registry();
  let status = { state: 'LIVE', recordedAt: 1, lastDelayMs: 20, written: 7, duplicates: 1 };
  watchRelay(registry, () => status);
  const text = await registry.metrics();
  expect(text).toMatch(/^cartograph_relay_lag_seconds 0$/m);
  expect(text).toMatch(/^cartograph_relay_delay_seconds 0.02$/m);
  expect(text).toMatch(/^cartograph_relay_events_total 7$/m);
  expect(text).toMatch(/^cartograph_relay_duplicates_total 1$/m);
  expect(text).toMatch(/^cartograph_relay_state\{state="LIVE"\} 1$/m);
  status = { ...status, state: 'RETRYING' };
  const later = await registry.metrics();
  expect(later).toMatch(/^cartograph_relay_state\{state="LIVE"\} 0$/m);
  expect(later).not.toMatch(/^cartograph_relay_lag_seconds 0$/m);
});

test('every category of the service has a topic', () => {
  const prefixes = new Set<string>([...shopPrefixes, ...chainedPrefixes]);
  expect([...prefixesOf(defaultLayout)].sort()).toEqual([...prefixes].sort());
});

test.each([
  ['cart=carts,order=orders', 'carts'],
  [' cart = shop.carts , order=shop.carts', 'shop.carts'],
])('topics as text: %s', (text, topic) => {
  const layout = parseTopics(text);
  expect([layout?.get('cart'), layout?.get('coupon')]).toEqual([topic, 'cartograph.coupon']);
});

test.each(['', 'cart', 'cart=', 'cart=a b', 'cart=..', 'basket=b', 'cart=a,cart=b', 'cart=a=b'])(
  'no topics: %p',
  (text) => {
    expect(parseTopics(text)).toBeUndefined();
  },
);
