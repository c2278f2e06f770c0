// The example of a consumer: killed, started again, and faced with records that it must pass over,
// it counts each order once.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import { relayedCategories } from '../../src/relay/layout.js';
import { repository } from '../deploy/dockerfile.js';
import { Cleanup } from '../event-store/nodes.js';
import { consumed, describeWithKcat, type KcatRecord, produce } from '../relay/kcat.js';
import { MemoryLog } from '../relay/memory-log.js';
import { MockCluster } from '../relay/mock-cluster.js';
import { relayToTheEnd } from '../relay/relaying.js';
import { endWithFile } from '../support/unfinished.js';

interface Order {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

const skus = ['85123A', '71053', '84406B'];

/** Orders of one to three products; every seventh event is of a type that no consumer knows. */
class OrderLog extends MemoryLog {
  override append() {
    const index = this.events.length;
    const event = super.append();
    if (index % 7 === 0) return event;
    const lines = skus.slice(index % 3).map((sku, at) => ({ sku, quantity: at + 1 }));
    return Object.assign(event, { type: 'OrderPlaced', data: { lines } });
  }

  get units(): Readonly<Record<string, number>> {
    const units = new Map<string, number>();
    for (const { type, data } of this.events) {
      if (type !== 'OrderPlaced') continue;
      for (const { sku, quantity } of (data as Order).lines) {
        units.set(sku, (units.get(sku) ?? 0) + quantity);
      }
    }
    return Object.fromEntries([...units].sort());
  }
}

describeWithKcat('examples/kafka-consumer', () => {
  const cleanup = new Cleanup();
  let cluster: MockCluster;
  let topics: KafkaTopics;
  let folder: string;
  beforeAll(async () => {
    cluster = await MockCluster.start();
    topics = new KafkaTopics({ brokers: cluster.brokers.split(',') });
    cleanup.add(() => topics.close());
    folder = await mkdtemp(join(tmpdir(), 'cartograph-consumer-'));
    cleanup.add(() => rm(folder, { recursive: true }));
  });
  afterAll(() => cleanup.run());

  function start(topic: string) {
    const file = join(folder, `${topic}.sqlite`);
    const script = ['examples/kafka-consumer/consume.js', cluster.brokers];
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const words = [...script, '--topic', topic, '--file', file];
    const options = { cwd: repository, stdio: [...stdio] };
    const child = spawn(process.execPath, ['--no-warnings', ...words], options);
    endWithFile(() => Promise.resolve(child.kill('SIGKILL')));
    const exit = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const until = async (wanted: string) => {
      for (;;) {
        const next = await lines.next();
        if (next.done === true) throw new Error(`It ended before it wrote: ${wanted}`);
        if (next.value.startsWith(wanted)) return;
      }
    };
    return { child, exit, file, lines, until };
  }

  const relayed = (log: OrderLog, topic: string) =>
    relayToTheEnd({
      ...{ store: log, topics, transactions: 'off' },
      layout: new Map(relayedCategories.map((category) => [category, topic])),
    });

  function unitsIn(file: string): Record<string, unknown> {
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare('SELECT sku, units FROM sold ORDER BY sku').all();
    database.close();
    return Object.fromEntries(rows.map(({ sku, units }) => [sku as string, units]));
  }

  test('killed at any time, it has counted each order once', async () => {
    const topic = 'orders.killed';
    const log = new OrderLog(2_000, 100);
    await relayed(log, topic);
    for (let kills = 0; kills < 3; kills += 1) {
      const { child, exit, lines } = start(topic);
      await lines.next();
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
      for (let more = 0; more < 500; more += 1) log.append();
      await relayed(log, topic);
    }
    const last = start(topic);
    await last.until('3500 events, 0 repeated, 0 strangers');
    last.child.kill('SIGTERM');
    expect(await last.exit).toEqual([0, null]);
    expect(unitsIn(last.file)).toEqual(log.units);
  }, 120_000);

  test('it passes over repetitions and strangers, and stops at a gap', async () => {
    const topic = 'orders.strange';
    const log = new OrderLog(200);
    await relayed(log, topic);
    const records = await consumed(cluster.brokers, topic);
    const repeated = records[0]!;
    await produce(cluster.brokers, topic, repeated);
    await produce(cluster.brokers, topic, withHeaders(repeated, { 'cartograph-log': 'another' }));
    await produce(cluster.brokers, topic, { ...repeated, headers: new Map([['a', 'b']]) });
    const consumer = start(topic);
    await consumer.until('200 events, 1 repeated, 2 strangers');
    expect(unitsIn(consumer.file)).toEqual(log.units);
    const ahead = { position: '999999999', revision: '999' };
    await produce(cluster.brokers, topic, withHeaders(repeated, ahead));
    expect(await consumer.exit).toEqual([1, null]);
    expect(unitsIn(consumer.file)).toEqual(log.units);
  }, 120_000);
});

function withHeaders(record: KcatRecord, headers: Readonly<Record<string, string>>): KcatRecord {
  return { ...record, headers: new Map([...record.headers, ...Object.entries(headers)]) };
}
