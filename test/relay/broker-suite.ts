// What the relay promises on brokers of any kind, as tests: killed relays, a relay that another one
// replaces, what consumers get, how far it is, and the way back. Brokers that know transactions
// must also keep what was not committed from everybody.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Producer } from '@platformatic/kafka';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as documents from '../../schema/generated/graphql.js';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import { RelayProducer } from '../../src/relay/kafka/relay-producer.js';
import { layoutMark, relayedCategories, type TopicLayout } from '../../src/relay/layout.js';
import { recordOf } from '../../src/relay/relayed-event.js';
import { RelaySession } from '../../src/relay/relay-session.js';
import { RelayFencedError, type TransactionUse } from '../../src/relay/topics.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { endWithFile } from '../support/unfinished.js';
import { consumed, untilConsumed } from './kcat.js';
import { MemoryLog } from './memory-log.js';
import type { MortalRelayOptions } from './mortal-relay.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Brokers that are there when the tests run. */
export interface BrokersUnderTest {
  readonly brokers: () => string;
}

type RelayExit = [code: number | null, signal: string | null];

interface RunningRelay {
  readonly exit: Promise<RelayExit>;
  /** Undefined when it ended without one. */
  readonly firstFault: Promise<string | undefined>;
}

/** New in each run, because brokers may be shared with others and keep what is in them. */
export const newRun = (): string => randomBytes(4).toString('hex');
const topicOf = (run: string) => `cartograph-test-${run}`;

const allTo = (topic: string): TopicLayout =>
  new Map(relayedCategories.map((category) => [category, topic]));

/** A relay in a process of its own. */
export function startRelay(options: MortalRelayOptions): RunningRelay {
  const script = ['--import', './test/support/run-typescript.js', 'test/relay/mortal-relay.ts'];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const words = [...script, JSON.stringify(options)];
  const child = spawn(process.execPath, words, { cwd: root, stdio: [...stdio] });
  endWithFile(() => Promise.resolve(child.kill('SIGKILL')));
  return { exit: once(child, 'exit') as Promise<RelayExit>, firstFault: firstLine(child) };
}

async function firstLine({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) throw new Error('The relay was started without a stdout to read');
  for await (const line of createInterface({ input: stdout })) return line;
  return undefined;
}

/** Each event of a MemoryLog is there once, and the revisions of each stream follow each other. */
export async function expectEachOnce(
  brokers: string,
  topic: string,
  events: number,
): Promise<void> {
  const records = await consumed(brokers, topic);
  const positions = records.map(({ headers }) => BigInt(headers.get('position') ?? -1));
  expect(records.length).toBe(events);
  expect(new Set(positions).size).toBe(events);
  const lastOf = new Map<string, number>();
  const unordered = records.filter(({ key, headers }) => {
    const revision = Number(headers.get('revision'));
    const before = lastOf.get(key) ?? -1;
    lastOf.set(key, revision);
    return revision !== before + 1;
  });
  expect(unordered).toEqual([]);
}

/** @param uses the ways to write that these brokers can do */
export function everyRelayTest(
  { brokers }: BrokersUnderTest,
  uses: readonly TransactionUse[],
): void {
  const deaths = uses.flatMap((transactions) =>
    (['on the way', 'uncommitted', 'answered'] as const)
      .filter((diesWhen) => transactions !== 'off' || diesWhen !== 'uncommitted')
      .map((diesWhen) => ({ transactions, diesWhen })),
  );

  test.each(deaths)(
    'relays that are killed with a write $diesWhen, transactions $transactions: each event once',
    async ({ transactions, diesWhen }) => {
      const run = newRun();
      const task = { brokers: brokers(), topic: topicOf(run), run, events: 6_000, transactions };
      for (const diesInWrite of [1, 2, 3]) {
        const { exit } = startRelay({ ...task, diesInWrite, diesWhen });
        expect(await exit).toEqual([null, 'SIGKILL']);
      }
      expect(await startRelay(task).exit).toEqual([0, null]);
      await expectEachOnce(task.brokers, task.topic, task.events);
    },
    180_000,
  );

  test('a record is what docs/kafka.md says', async () => {
    const run = newRun();
    const task = { brokers: brokers(), topic: topicOf(run), run, events: 100 };
    await startRelay({ ...task, transactions: uses[0] ?? 'auto' }).exit;
    const [record] = await consumed(task.brokers, task.topic);
    const log = new MemoryLog(100, 200, run);
    const event = log.events.find(({ id }) => id === record?.headers.get('id'));
    expect(record?.key).toBe(event?.stream);
    expect(JSON.parse(record?.value ?? '')).toEqual(event?.data);
    expect(Object.fromEntries(record?.headers ?? [])).toMatchObject({
      ...{ type: 'Tested', 'schema-version': '1', 'content-type': 'application/json' },
      'occurred-at': event?.metadata.occurredAt,
      'recorded-at': new Date(event?.recordedAt ?? 0).toISOString(),
      position: String(event?.position),
      revision: String(event?.revision),
      'cartograph-log': log.events[0]?.id,
      'relay-epoch': '1',
    });
  }, 120_000);

  const best = uses.filter((use) => use !== 'off');

  describe.each(best)('of a service, transactions %s', (transactions) => {
    const cleanup = new Cleanup();
    afterAll(() => cleanup.run());

    test('the relay, how far it is, and the way back', async () => {
      const topic = topicOf(newRun());
      const topics = relayedCategories.map((category) => `${category}=${topic}`).join(',');
      const settings = { KAFKA_BROKERS: brokers(), KAFKA_TOPICS: topics };
      const service = await ServiceProcess.start({ ...settings, KAFKA_TRANSACTIONS: transactions });
      cleanup.add(() => service.remove());
      const { cartId, shopper } = await new Shopper(service).open();
      const input = { cartId, sku: '85123A', quantity: 4 };
      await shopper.ask(documents.AddItemDocument, { input });
      const cartograph = CommandLine.on(service.dataDir, settings);
      await untilConsumed(brokers(), topic, 2);
      await live(service.url);
      expect(await cartograph.run('relay', 'status')).toMatchObject({
        ...{ code: 0, output: expect.stringContaining('The topics have every event of the log.') },
      });
      expect(await cartograph.run('relay', 'verify')).toMatchObject({
        ...{ code: 0, output: expect.stringContaining('cart (version 1): 1 rows') },
      });
    }, 240_000);
  });
}

/** Until the relay of a service has every event. */
async function live(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/^cartograph_relay_state\{state="LIVE"\} 1$/m.test(text)) return;
  }
}

/** @param uses those with which these brokers, or the relay itself, shut an earlier relay out */
export function everyTakeoverTest(
  { brokers }: BrokersUnderTest,
  uses: readonly TransactionUse[],
): void {
  const all = withTopics(brokers);

  test.each(uses)('a later relay shuts the earlier one out, transactions %s', async (use) => {
    const { log, topic, open } = all.newLog(60);
    const earlier = await open(use);
    await earlier.relay(log.events.slice(0, 30));
    const later = await open(use);
    await later.relay(log.events.slice(30, 45));
    await expect(earlier.relay(log.events.slice(30))).rejects.toThrow(RelayFencedError);
    const { written, duplicates } = await later.relay(log.events.slice(45));
    expect(written).toBe(15);
    if (use === 'off') {
      expect(duplicates).toBeGreaterThan(0);
    } else {
      expect(duplicates).toBe(0);
      await expectEachOnce(brokers(), topic, 60);
    }
  });
}

/** For brokers that know transactions. */
export function everyTransactionTest({ brokers }: BrokersUnderTest): void {
  const all = withTopics(brokers);

  test.each(['aborted', 'left open'] as const)(
    'nobody reads the records of a transaction that was %s',
    async (fate) => {
      const { log, topic, open, topics } = all.newLog(60);
      const first = await open('required');
      await first.relay(log.events.slice(0, 30));
      const layout = layoutMark(allTo(topic));
      const note = { log: log.events[0]!.id, epoch: 1, completeTo: -1n, layout };
      const count = (await topics.findTopics([topic])).get(topic) ?? 1;
      const messages = log.events.slice(30).map((event) => {
        const partition = topics.partitionOf(event.stream, count);
        const { key, value, headers } = recordOf(event, { topic, partition }, note);
        return {
          ...{ topic, partition, value, key: Buffer.from(key) },
          headers: new Map(headers.map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
        };
      });
      await all.unfinished(messages, fate);
      await expectEachOnce(brokers(), topic, 30);
      if (fate === 'left open') return;
      const next = await open('required');
      expect(await next.relay(log.events)).toEqual({ written: 30, skipped: 30, duplicates: 0 });
      await expectEachOnce(brokers(), topic, 60);
    },
  );
}

type Messages = Parameters<Producer['send']>[0]['messages'];

/** Sessions and strangers on the brokers, ended with the tests. */
function withTopics(brokers: () => string) {
  const cleanup = new Cleanup();
  let topics: KafkaTopics;
  beforeAll(() => {
    topics = new KafkaTopics({ brokers: brokers().split(',') });
    cleanup.add(() => topics.close());
  });
  afterAll(() => cleanup.run());

  function newLog(size: number) {
    const run = newRun();
    const topic = topicOf(run);
    const log = new MemoryLog(size, 200, run);
    const open = async (transactions: TransactionUse) => {
      const options = { topics, layout: allTo(topic), log: log.events[0]!.id, transactions };
      const session = await RelaySession.open(options);
      cleanup.add(() => session.close());
      return session;
    };
    return { log, topic, open, topics };
  }

  async function unfinished(messages: Messages, fate: 'aborted' | 'left open'): Promise<void> {
    const producer = new RelayProducer({
      ...{ clientId: 'a-stranger', bootstrapBrokers: brokers().split(',') },
      ...{ transactionalId: `a-stranger-${newRun()}`, idempotent: true },
      ...{ producerId: -1n, producerEpoch: -1 },
    });
    cleanup.add(() => producer.close(true));
    const transaction = await producer.beginTransaction();
    await transaction.send({ messages });
    if (fate === 'aborted') await transaction.abort();
  }

  return { newLog, unfinished };
}
