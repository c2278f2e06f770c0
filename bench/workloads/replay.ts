// A rebuild of all read models beside a running service: its rate beside a plain read of the log,
// its effect on commands, and the effect of a promotion on readers.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import { atRate } from '../at-rate.js';
import {
  type CartographProcess,
  cartographScript,
  type OpenCart,
  openCarts,
  startCartograph,
} from '../cartograph-process.js';
import { GraphQLClient, httpLoad } from '../http-load.js';
import { repository } from '../server-process.js';
import { type Figure, median, milliseconds, perSecond, type Workload } from '../workload.js';

const run = promisify(execFile);
const month = join(repository, 'data/online-retail/2010-12.csv.gz');
const ROUNDS = 3;
const WRITES_PER_SECOND = 200;
const WRITING_MS = 10_000;
const POLLED_MS = 10_000;
const READERS = 4;

const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { revision } rejection { code } } }`;
const cartQuery = `query Cart($cartId: ID!) { cart(cartId: $cartId) { totals { itemCount } } }`;

export async function cartograph(service: CartographProcess, ...args: string[]): Promise<string> {
  const env = { ...process.env, DATA_DIR: service.dataDir };
  const { stdout } = await run(process.execPath, [cartographScript, ...args], { env });
  return stdout;
}

/** Events per second of the official client alone, which only receives them. */
async function rawRead(service: CartographProcess): Promise<number> {
  const endpoint = readFileSync(join(service.dataDir, 'endpoint.json'), 'utf8');
  const { connectionString } = JSON.parse(endpoint) as { connectionString: string };
  const client = EventStoreDBClient.connectionString(connectionString);
  const begunAt = performance.now();
  let events = 0;
  for await (const { event } of client.readAll()) if (event) events += 1;
  const seconds = (performance.now() - begunAt) / 1_000;
  await client.dispose();
  return events / seconds;
}

async function replayed(service: CartographProcess, ...options: string[]): Promise<number> {
  const answer = await cartograph(service, 'replay', '--fresh', '--json', ...options);
  const { events, seconds } = JSON.parse(answer) as { events: number; seconds: number };
  return events / seconds;
}

/** Alone, without the throttle for a shop that sells. */
async function rates(service: CartographProcess): Promise<Figure[]> {
  const rounds: { raw: number; alone: number; withWorker: number }[] = [];
  while (rounds.length < ROUNDS) {
    rounds.push({
      raw: await rawRead(service),
      alone: await replayed(service, '--full-speed'),
      withWorker: await replayed(service, '--full-speed', '--workers', '1'),
    });
  }
  const figure = (what: string, pick: 'alone' | 'withWorker'): Figure => ({
    what: `replay of all read models${what}; beside it, what the client reads`,
    value: perSecond(median(rounds.map((round) => round[pick]))),
    ceiling: perSecond(median(rounds.map(({ raw }) => raw))),
    ratio: median(rounds.map((round) => round[pick] / round.raw)),
  });
  return [figure('', 'alone'), figure(', --workers 1', 'withWorker')];
}

/** Commands at a steady rate, even when earlier ones are unanswered. */
export async function p99OfWrites(
  address: string,
  carts: readonly OpenCart[],
  writingMs = WRITING_MS,
): Promise<number> {
  const client = new GraphQLClient(address, 64);
  const latencyUs = createHistogram();
  const send = async (turn: number) => {
    const { id: cartId, token } = carts[turn % carts.length]!;
    const variables = { input: { cartId, sku: '71053', quantity: 1 } };
    const sentAt = performance.now();
    await client.query(addItem, variables, { 'x-cart-token': token });
    latencyUs.record(Math.max(1, Math.round((performance.now() - sentAt) * 1_000)));
  };
  await atRate(WRITES_PER_SECOND, writingMs, send);
  client.close();
  return latencyUs.percentile(99) / 1_000;
}

async function commandsBeside(service: CartographProcess, carts: readonly OpenCart[]) {
  const without = await p99OfWrites(service.address, carts);
  const over = new AbortController();
  const replaying = (async () => {
    while (!over.signal.aborted) await replayed(service);
  })();
  const beside = await p99OfWrites(service.address, carts);
  over.abort();
  await replaying;
  return {
    what: `p99 of commands at ${WRITES_PER_SECOND} /s beside a rebuild; beside it, without one`,
    value: milliseconds(beside),
    ceiling: milliseconds(without),
    ratio: beside / without,
  };
}

/** Promotions and roll backs while carts are read; a failed read counts. */
async function swaps(service: CartographProcess, carts: readonly OpenCart[]): Promise<Figure> {
  const reading = httpLoad({
    address: service.address,
    connections: READERS,
    durationMs: POLLED_MS,
    warmUpMs: 0,
    next: (turn) => {
      const { id: cartId, token } = carts[turn % carts.length]!;
      const headers = { 'x-cart-token': token };
      return { headers, body: JSON.stringify({ query: cartQuery, variables: { cartId } }) };
    },
    proof: '"itemCount":',
  });
  const spentMs: number[] = [];
  for (const step of ['--promote', '--rollback', '--promote', '--rollback']) {
    const begunAt = performance.now();
    await cartograph(service, 'replay', 'cart', step);
    spentMs.push(performance.now() - begunAt);
  }
  const { perSecond: rate, failures } = await reading;
  const reads = Math.round((rate * POLLED_MS) / 1_000).toLocaleString('en-GB');
  return {
    what: `swap of the carts, the whole command, under ${reads} reads`,
    value: `${milliseconds(median(spentMs))}, ${failures} reads failed`,
  };
}

export const replayWorkload: Workload = {
  name: 'replay',
  async run() {
    const service = await startCartograph();
    try {
      await cartograph(service, 'import', 'online-retail', month);
      const carts = await openCarts(service.address, 64);
      const figures = [...(await rates(service)), await commandsBeside(service, carts)];
      return [...figures, await swaps(service, carts)];
    } finally {
      await service.stop();
    }
  },
};
