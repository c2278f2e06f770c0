// The relay against the mock brokers of librdkafka, with kcat as the consumer: killed relays, frozen
// brokers, the service's own relay, and the way back.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as documents from '../../schema/generated/graphql.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { endWithFile } from '../support/unfinished.js';
import { MemoryLog } from './memory-log.js';
import { MockCluster, whyNoKcat } from './mock-cluster.js';
import type { MortalRelayOptions } from './mortal-relay.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const name = whyNoKcat === undefined ? 'mock brokers' : `mock brokers (skipped: ${whyNoKcat})`;

(whyNoKcat === undefined ? describe : describe.skip)(name, () => {
  let cluster: MockCluster;
  const cleanup = new Cleanup();

  beforeAll(async () => {
    cluster = await MockCluster.start();
  });
  afterAll(() => cleanup.run());

  function start(options: Omit<MortalRelayOptions, 'brokers'>): RunningRelay {
    const words = JSON.stringify({ brokers: cluster.brokers, ...options });
    const script = ['--import', './test/support/run-typescript.js', 'test/relay/mortal-relay.ts'];
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, [...script, words], { cwd: root, stdio: [...stdio] });
    endWithFile(() => Promise.resolve(child.kill('SIGKILL')));
    const exit = once(child, 'exit') as Promise<RelayExit>;
    return { exit, firstFault: firstLine(child) };
  }

  async function expectEachOnce(topic: string, events: number): Promise<void> {
    const records = await cluster.consumed(topic);
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

  const deaths = (['off', 'auto'] as const).flatMap((transactions) =>
    (['on the way', 'answered'] as const).map((diesWhen) => ({ transactions, diesWhen })),
  );

  test.each(deaths)(
    'relays that are killed with a write $diesWhen, transactions $transactions: each event once',
    async ({ transactions, diesWhen }) => {
      const topic = `killed.${transactions}.${diesWhen.replaceAll(' ', '-')}`;
      const task = { topic, events: 6_000, transactions };
      for (const diesInWrite of [1, 2, 3]) {
        expect(await start({ ...task, diesInWrite, diesWhen }).exit).toEqual([null, 'SIGKILL']);
      }
      expect(await start(task).exit).toEqual([0, null]);
      await expectEachOnce(topic, task.events);
    },
    120_000,
  );

  test('brokers that answer nothing until the relay has given an answer up', async () => {
    const task = { topic: 'frozen', events: 20_000, transactions: 'auto' as const };
    const relay = start(task);
    await cluster.until(task.topic, 1_000);
    cluster.freeze();
    expect(await relay.firstFault).toMatch(/^fault: KafkaUnavailableError/);
    cluster.thaw();
    expect(await relay.exit).toEqual([0, null]);
    await expectEachOnce(task.topic, task.events);
  }, 120_000);

  test('a record is what docs/kafka.md says', async () => {
    const topic = 'described';
    await start({ topic, events: 100, transactions: 'off' }).exit;
    const [record] = await cluster.consumed(topic);
    const log = new MemoryLog(100, 200);
    const event = log.events.find(({ id }) => id === record?.headers.get('id'));
    expect(record?.key).toBe(event?.stream);
    expect(JSON.parse(record?.value ?? '')).toEqual(event?.data);
    expect(Object.fromEntries(record?.headers ?? [])).toMatchObject({
      ...{ type: 'Tested', 'schema-version': '1', 'content-type': 'application/json' },
      'occurred-at': event?.metadata.occurredAt,
      'recorded-at': new Date(event?.recordedAt ?? 0).toISOString(),
      'cartograph-log': log.events[0]?.id,
    });
  });

  test('the relay of a service, and the way back', async () => {
    const { brokers } = cluster;
    const service = await ServiceProcess.start({ KAFKA_BROKERS: brokers });
    cleanup.add(() => service.remove());
    const { cartId, shopper } = await new Shopper(service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: '85123A', quantity: 4 } });
    const cartograph = CommandLine.on(service.dataDir, {});
    await cluster.until('cartograph.cart', 2);
    await live(service.url);
    expect(await cartograph.run('relay', 'status', '--brokers', brokers)).toMatchObject({
      ...{ code: 0, output: expect.stringContaining('The topics have every event of the log.') },
    });
    expect(await cartograph.run('relay', 'verify', '--brokers', brokers)).toMatchObject({
      ...{ code: 0, output: expect.stringContaining('cart (version 1): 1 rows') },
    });
  }, 120_000);
});

type RelayExit = [code: number | null, signal: string | null];

interface RunningRelay {
  readonly exit: Promise<RelayExit>;
  /** Undefined when it ended without one. */
  readonly firstFault: Promise<string | undefined>;
}

async function firstLine({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) throw new Error('The relay was started without a stdout to read');
  for await (const line of createInterface({ input: stdout })) return line;
  return undefined;
}

/** Until the relay has every event. */
async function live(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/^cartograph_relay_state\{state="LIVE"\} 1$/m.test(text)) return;
  }
}
