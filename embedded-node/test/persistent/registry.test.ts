// The list of all groups is written whole, so groups that are created at once share a write.
import { afterEach, expect, test } from '@jest/globals';
import { Registry } from '../../src/persistent/registry.js';
import type { GroupDefinition } from '../../src/persistent/settings.js';
import { decodeDefinitions } from '../../src/persistent/stored-definitions.js';
import { WriteFailed } from '../../src/errors.js';
import { MemoryLog } from './memory-log.js';

const configStream = '$persistentSubscriptionConfig';
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A log whose writes wait until they are let through, or fail. */
class WaitingLog extends MemoryLog {
  readonly waiting: ((end?: Error) => void)[] = [];

  override async append(...written: Parameters<MemoryLog['append']>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.waiting.push((end) => (end ? reject(end) : resolve()));
    });
    await super.append(...written);
  }

  /** Ends the next write, once it has begun. */
  async endWrite(how?: Error): Promise<void> {
    while (this.waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    this.waiting.shift()?.(how);
  }
}

function registryOn(log: MemoryLog): Registry {
  const onFailure = (error: unknown) => expect(error).toBeUndefined();
  const registry = new Registry({ log, onFailure, report: () => undefined });
  stops.push(() => registry.stop());
  return registry;
}

function group(name: string): GroupDefinition {
  const sizes = { liveBufferSize: 500, readBatchSize: 20, historyBufferSize: 500 };
  const counts = { minCheckpointCount: 10, maxCheckpointCount: 1000, checkpointAfterMs: 2_000 };
  const rest = { messageTimeoutMs: 30_000, maxRetryCount: 10, maxSubscriberCount: 0 };
  const flags = { resolveLinks: false, extraStatistics: false };
  const settings = { ...sizes, ...counts, ...rest, ...flags, startFrom: 0n };
  return { source: 'orders', group: name, settings: { ...settings, strategy: 'RoundRobin' } };
}

function stored(log: MemoryLog): string[] {
  const { data = new Uint8Array() } = log.lastEvent(configStream) ?? {};
  return (decodeDefinitions(data) ?? []).map((each) => each.group);
}

test('those of the time of a write share the next, and each waits for its own', async () => {
  const log = new WaitingLog();
  const registry = registryOn(log);
  const first = registry.create(group('first'));
  const many = Array.from({ length: 100 }, (_, i) => registry.create(group(`group-${i}`)));
  await log.endWrite();
  await first;
  const late = registry.create(group('late'));
  while (log.waiting.length > 0 || !stored(log).includes('late')) await log.endWrite();
  expect(await Promise.all([...many, late])).toEqual(Array(101).fill(undefined));
  expect(stored(log)).toHaveLength(102);
  expect(log.nextRevision(configStream)).toBeLessThanOrEqual(3n);
});

test('of a write that fails, no group is left; the next one is written', async () => {
  const log = new WaitingLog();
  const registry = registryOn(log);
  const failing = ['one', 'two'].map((name) => registry.create(group(name)));
  const full = new WriteFailed('the disk is full');
  await log.endWrite(full);
  await expect(Promise.allSettled(failing)).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
  const next = registry.create(group('next'));
  await log.endWrite();
  await next;
  expect(stored(log)).toEqual(['next']);
});
