// The relay to Kafka: a stored log, and beside 500 commands a second. The brokers are the mock of
// librdkafka, which kcat runs: they store in memory, so the figures are of the relay.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { cartographScript, openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { type Figure, milliseconds, perSecond, type Workload } from '../workload.js';
import { fill } from './embedded-node/append-load.js';
import { newDataDir, startNode } from './embedded-node/servers.js';

const isSmall = process.argv.includes('--small');
/** The mock keeps 5 MB of a partition. */
const EVENTS = isSmall ? 5_000 : 100_000;
const EVENTS_PER_SECOND = 500;
const LASTING_MS = isSmall ? 1_000 : 15_000;
/** A new process compiles its code, and a relay catches up with the seeded shop. */
const WARM_UP_MS = isSmall ? 500 : 5_000;
const SAMPLE_MS = 50;

const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { revision } rejection { code } } }`;

export const relayWorkload: Workload = {
  name: 'relay',
  async run() {
    const without = await atFullRate(undefined);
    const mock = await startMock();
    try {
      const withRelay = await atFullRate(mock.brokers);
      return [await stored(mock.brokers), ...live(without, withRelay)];
    } finally {
      mock.stop();
    }
  },
};

async function startMock() {
  const words = ['-X', 'test.mock.num.brokers=3', '-b', 'x', '-C', '-t', 'keep'];
  const child = spawn('kcat', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: child.stderr })) {
    const [, brokers] = /replaced with (\S+)/.exec(line) ?? [];
    if (brokers === undefined) continue;
    child.stderr.resume();
    return { brokers, stop: () => child.kill() };
  }
  throw new Error('kcat ended without mock brokers');
}

/** From when the relay follows the log to the last acknowledgement. */
async function stored(brokers: string): Promise<Figure> {
  const dataDir = newDataDir();
  const node = await startNode(dataDir);
  await fill(node, EVENTS, (append) => `cart-${String(append % 1_000)}`);
  const words = [cartographScript, 'relay', 'kafka', '--brokers', brokers, '--to', 'end'];
  const environment = { EVENTSTORE_URL: `esdb://${node.address}?tls=false`, DATA_DIR: dataDir };
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let begunAt = 0;
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.startsWith('The relay follows')) begunAt = performance.now();
    if (line.startsWith('The topics have')) break;
  }
  const seconds = (performance.now() - begunAt) / 1_000;
  await node.stop();
  rmSync(dataDir, { recursive: true, force: true });
  return {
    what: `relay of a stored log of ${EVENTS.toLocaleString('en-GB')} events`,
    value: perSecond(EVENTS / seconds),
  };
}

interface Load {
  readonly commandUs: RecordableHistogram;
  readonly relayUs: RecordableHistogram;
}

async function atFullRate(brokers: string | undefined): Promise<Load> {
  const service = await startCartograph(brokers === undefined ? {} : { KAFKA_BROKERS: brokers });
  const carts = await openCarts(service.address, 256);
  const client = new GraphQLClient(service.address, 64);
  const [commandUs, relayUs] = [createHistogram(), createHistogram()];
  const begunAt = performance.now();
  const isWarm = () => performance.now() - begunAt > WARM_UP_MS;
  const isOver = () => performance.now() - begunAt > WARM_UP_MS + LASTING_MS;
  const command = async (turn: number) => {
    const cart = carts[turn % carts.length]!;
    const isMeasured = isWarm();
    const sentAt = performance.now();
    const variables = { input: { cartId: cart.id, sku: '71053', quantity: 1 } };
    await client.query(addItem, variables, { 'x-cart-token': cart.token });
    if (!isMeasured) return;
    commandUs.record(Math.max(1, Math.round((performance.now() - sentAt) * 1_000)));
  };
  const sampling = (async () => {
    while (brokers !== undefined && !isOver()) {
      const text = await (await fetch(`${service.address}/metrics`)).text();
      const [, seconds = '0'] = /^cartograph_relay_delay_seconds (\S+)$/m.exec(text) ?? [];
      if (isWarm()) relayUs.record(Math.max(1, Math.round(+seconds * 1_000_000)));
      await delay(SAMPLE_MS);
    }
  })();
  const sent: Promise<void>[] = [];
  while (!isOver()) {
    const due = ((performance.now() - begunAt) / 1_000) * EVENTS_PER_SECOND;
    while (sent.length < due) sent.push(command(sent.length));
    await delay(1);
  }
  await Promise.all([...sent, sampling]);
  client.close();
  await service.stop();
  return { commandUs, relayUs };
}

function live(without: Load, withRelay: Load): readonly Figure[] {
  const at = (percentile: number, of: RecordableHistogram) =>
    milliseconds(of.percentile(percentile) / 1_000);
  const both = (of: RecordableHistogram) => `${at(50, of)} / ${at(99, of)}`;
  return [
    {
      what: `events in the topics after the store wrote them, at ${EVENTS_PER_SECOND}/s, p50 / p99`,
      value: both(withRelay.relayUs),
    },
    {
      what: 'addItem beside the relay, p50 / p99; beside it, without a relay',
      value: both(withRelay.commandUs),
      ceiling: both(without.commandUs),
      ratio: withRelay.commandUs.percentile(99) / without.commandUs.percentile(99),
    },
  ];
}
