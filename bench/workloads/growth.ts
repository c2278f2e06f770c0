// A service on a large log beside one on an empty log, in turns: its start, commands, queries, the
// past of a cart, and the search; then what `verify` costs an event.
//   npm run bench -- growth                  a log of a million events
//   GROWTH=10 npm run bench -- growth        ten times as large
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cartographScript, type OpenCart, openCarts, startOn } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import type { ServerProcess } from '../server-process.js';
import { type Figure, median, milliseconds, type Workload } from '../workload.js';
import { cartograph } from './replay.js';
import { untilShown } from './search.js';

const isSmall = process.argv.includes('--small');
const TIMES = Number(process.env['GROWTH'] ?? 1);
const FILL = isSmall
  ? { events: 3_000, carts: 300, products: 50, coupons: 2, 'coupon-uses': 50 }
  : {
      events: TIMES * 1_000_000,
      carts: TIMES * 100_000,
      products: TIMES * 10_000,
      coupons: TIMES * 100,
      'coupon-uses': TIMES * 20_000,
    };
const STARTS = isSmall ? 1 : 5;
const TURNS = isSmall ? 20 : 500;
const CARTS = 50;
const SKUS = ['85123A', '71053', '84406B', '84029G', '22752'];

const fields = 'revision lines { sku quantity } totals { total { minorUnits } }';
const addItem = `mutation Add($input: AddItemInput!) {
  addItem(input: $input) { cart { ${fields} } rejection { code } } }`;
const cartQuery = `query Cart($cartId: ID!) { cart(cartId: $cartId) { ${fields} } }`;
const cartAt = `query At($cartId: ID!, $timestamp: DateTime!) {
  cartAt(cartId: $cartId, timestamp: $timestamp) { ${fields} } }`;
const search = 'query { products(search: "lantern", first: 20) { nodes { sku name } } }';

/** A service on a folder of its own, with carts that this workload opened. */
class Grown {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'cartograph-growth-'));
  readonly startsMs: number[] = [];
  private server: ServerProcess | undefined;
  private client: GraphQLClient | undefined;
  private carts: readonly OpenCart[] = [];

  async fill(): Promise<void> {
    const args = Object.entries(FILL).flatMap(([name, count]) => [`--${name}`, String(count)]);
    await promisify(execFile)(process.execPath, [cartographScript, 'bench-fill', ...args], {
      env: { ...process.env, DATA_DIR: this.dataDir },
    });
  }

  async start(): Promise<void> {
    this.server = await startOn(this.dataDir);
    this.client = new GraphQLClient(this.server.address, 1);
  }

  /** From the start of the process to its first mutation. */
  async startAgain(): Promise<void> {
    await this.stop();
    const begunAt = performance.now();
    await this.start();
    await openCarts(this.address, 1);
    this.startsMs.push(performance.now() - begunAt);
  }

  async ready(): Promise<void> {
    await untilShown({ ...this.running, dataDir: this.dataDir });
    this.carts = await openCarts(this.address, CARTS);
  }

  ask(what: Question, turn: number): Promise<unknown> {
    const { id: cartId, token } = this.carts[turn % CARTS]!;
    const input = { cartId, sku: SKUS[turn % SKUS.length], quantity: 1, commandId: randomUUID() };
    const variables = { input, cartId, timestamp: new Date().toISOString() };
    return this.client!.query(questions[what], variables, { 'x-cart-token': token });
  }

  get residentMiB(): number {
    return this.running.residentMiB();
  }

  /** Per event, in microseconds. */
  async verifyUs(): Promise<number> {
    const begunAt = performance.now();
    const text = await cartograph({ ...this.running, dataDir: this.dataDir }, 'verify', '--json');
    const { events } = JSON.parse(text) as { events: number };
    return ((performance.now() - begunAt) * 1_000) / events;
  }

  async stop(): Promise<void> {
    this.client?.close();
    await this.server?.stop();
    this.server = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private get running(): ServerProcess {
    if (this.server === undefined) throw new Error('The service is not running');
    return this.server;
  }

  private get address(): string {
    return this.running.address;
  }
}

const questions = { addItem, cart: cartQuery, cartAt, search } as const;
type Question = keyof typeof questions;

const p99 = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;

function figureOf(what: string, filled: number, empty: number): Figure {
  const count = FILL.events.toLocaleString('en-GB');
  return {
    what: `${what}, with ${count} events; beside it, on an empty log`,
    value: milliseconds(filled),
    ceiling: milliseconds(empty),
    ratio: filled / empty,
  };
}

/** The two take turns, and each is first equally often. */
async function compared(what: Question, filled: Grown, empty: Grown): Promise<Figure[]> {
  const times = new Map<Grown, number[]>([
    [filled, []],
    [empty, []],
  ]);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const one of turn % 2 === 0 ? [filled, empty] : [empty, filled]) {
      const begunAt = performance.now();
      await one.ask(what, turn);
      times.get(one)?.push(performance.now() - begunAt);
    }
  }
  const [ofFilled, ofEmpty] = [times.get(filled) ?? [], times.get(empty) ?? []];
  return [
    figureOf(`${what}, p50`, median(ofFilled), median(ofEmpty)),
    figureOf(`${what}, p99`, p99(ofFilled), p99(ofEmpty)),
  ];
}

async function measured(filled: Grown, empty: Grown): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const what of ['addItem', 'cart', 'cartAt', 'search'] as const) {
    figures.push(...(await compared(what, filled, empty)));
  }
  const memory = `${Math.round(filled.residentMiB)} MiB`;
  const beside = `${Math.round(empty.residentMiB)} MiB`;
  figures.push({ what: 'memory after this', value: memory, ceiling: beside });
  const verifyUs = await filled.verifyUs();
  figures.push({ what: 'verify, an event', value: `${verifyUs.toFixed(0)} µs` });
  for (let start = 0; start < STARTS; start += 1) {
    for (const one of start % 2 === 0 ? [filled, empty] : [empty, filled]) await one.startAgain();
  }
  const [start, besideIt] = [median(filled.startsMs), median(empty.startsMs)];
  return [...figures, figureOf('start to first mutation', start, besideIt)];
}

export const growthWorkload: Workload = {
  name: 'growth',
  async run() {
    const [filled, empty] = [new Grown(), new Grown()];
    try {
      await filled.fill();
      for (const one of [filled, empty]) {
        await one.start();
        await one.ready();
      }
      return await measured(filled, empty);
    } finally {
      await filled.remove();
      await empty.remove();
    }
  },
};
