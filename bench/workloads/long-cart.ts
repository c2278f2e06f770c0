// A cart of 10,000 events beside carts of 10, with the same lines, alternating: commands, and the
// cart at random past instants, with one caller. Measured warm, and for the first request after a
// start.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenCart, openCarts, startOn } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import type { ServerProcess } from '../server-process.js';
import { type Figure, median, milliseconds, type Workload } from '../workload.js';

const isSmall = process.argv.includes('--small');
const LONG_EVENTS = isSmall ? 300 : 10_000;
const SHORT_EVENTS = 10;
const TURNS = isSmall ? 20 : 1_000;
const RESTARTS = isSmall ? 2 : 9;
/** Enough events for snapshots: this cart absorbs the one-time work of a start. */
const WARM_UP_EVENTS = 200;
/** A short cart gets only this many measured commands, so that it stays short. */
const COMMANDS_A_CART = 4;
const SKUS = ['85123A', '71053', '84406B', '84029G', '22752'];

const fields = `revision lines { sku quantity total { minorUnits currency } }
  totals { itemCount total { minorUnits currency } }`;
const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { ${fields} } rejection { code } }
}`;
const cartAt = `query CartAt($cartId: ID!, $timestamp: DateTime!) {
  cartAt(cartId: $cartId, timestamp: $timestamp) { ${fields} }
}`;

/** A cart and the period of its events, in milliseconds since 1970. */
interface Lived {
  readonly cart: OpenCart;
  readonly from: number;
  readonly to: number;
}

class Caller {
  private readonly client: GraphQLClient;
  private turn = 0;

  constructor(address: string) {
    this.client = new GraphQLClient(address, 1);
  }

  async add({ id, token }: OpenCart): Promise<void> {
    const sku = SKUS[(this.turn += 1) % SKUS.length];
    const input = { cartId: id, sku, quantity: 1, commandId: randomUUID() };
    const { addItem: added } = await this.client.query<{ addItem: { cart: object | null } }>(
      addItem,
      { input },
      { 'x-cart-token': token },
    );
    if (added.cart === null) throw new Error(`Refused: ${JSON.stringify(added)}`);
  }

  async at({ cart, from, to }: Lived): Promise<void> {
    const timestamp = new Date(from + Math.random() * (to - from)).toISOString();
    const variables = { cartId: cart.id, timestamp };
    await this.client.query(cartAt, variables, { 'x-cart-token': cart.token });
  }

  async fill(cart: OpenCart, events: number): Promise<Lived> {
    const from = Date.now();
    for (let event = 1; event < events; event += 1) await this.add(cart);
    return { cart, from, to: Date.now() };
  }

  close(): void {
    this.client.close();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begunAt = performance.now();
  await work();
  return performance.now() - begunAt;
}

interface Times {
  readonly long: number[];
  readonly short: number[];
}

type Kind = keyof Times;

const longFirst = ['long', 'short'] as const;
const shortFirst = ['short', 'long'] as const;

/** The two alternate, and each is first equally often, so that neither has an advantage. */
async function byTurns(
  turns: number,
  call: (kind: Kind, turn: number) => Promise<void>,
): Promise<Times> {
  const times: Times = { long: [], short: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    for (const kind of turn % 2 === 0 ? longFirst : shortFirst) {
      times[kind].push(await timed(() => call(kind, turn)));
    }
  }
  return times;
}

const mean = (values: readonly number[]) => values.reduce((sum, ms) => sum + ms, 0) / values.length;

function figureOf(what: string, { long, short }: Times, middle: typeof median): Figure {
  const [ofLong, ofShort] = [middle(long), middle(short)];
  const value = `${milliseconds(ofLong)} / ${milliseconds(ofShort)} = ${(ofLong / ofShort).toFixed(2)}`;
  return {
    what: `${what}, ${LONG_EVENTS.toLocaleString('en-GB')} / ${SHORT_EVENTS} events`,
    value,
  };
}

class LongCart {
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
  private server: ServerProcess | undefined;
  private long: Lived | undefined;
  private warmUp: Lived | undefined;
  private readonly short: Lived[] = [];

  async run(): Promise<Figure[]> {
    const caller = await this.start();
    await this.fill(caller);
    const figures = await this.warm(caller);
    caller.close();
    figures.push(...(await this.cold('first after a start', () => undefined)));
    const throwAway = () => {
      for (const name of readdirSync(this.dataDir)) {
        if (name.startsWith('snapshots.sqlite')) rmSync(join(this.dataDir, name));
      }
    };
    figures.push(...(await this.cold('first after a start without snapshots', throwAway)));
    await this.server?.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
    return figures;
  }

  private async start(): Promise<Caller> {
    this.server = await startOn(this.dataDir);
    return new Caller(this.server.address);
  }

  private async fill(caller: Caller): Promise<void> {
    const { address } = this.server!;
    const shortCarts = TURNS / COMMANDS_A_CART + RESTARTS * 4;
    const [cart, another, ...others] = await openCarts(address, 2 + shortCarts);
    this.long = await caller.fill(cart!, LONG_EVENTS);
    this.warmUp = await caller.fill(another!, WARM_UP_EVENTS);
    for (const other of others) this.short.push(await caller.fill(other, SHORT_EVENTS));
  }

  private async warm(caller: Caller): Promise<Figure[]> {
    const cartOf = (kind: Kind, turn: number): Lived =>
      kind === 'long' ? this.long! : this.short[Math.floor(turn / COMMANDS_A_CART)]!;
    const past = await byTurns(TURNS, (kind, turn) => caller.at(cartOf(kind, turn)));
    const commands = await byTurns(TURNS, (kind, turn) => caller.add(cartOf(kind, turn).cart));
    return [
      figureOf('addItem, mean', commands, mean),
      figureOf('addItem, p50', commands, median),
      figureOf('cartAt at random instants, mean', past, mean),
      figureOf('cartAt at random instants, p50', past, median),
    ];
  }

  /** The first call for its cart after a start. */
  private async cold(what: string, beforeStart: () => void): Promise<Figure[]> {
    const commands: Times = { long: [], short: [] };
    const past: Times = { long: [], short: [] };
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      for (const times of [commands, past]) {
        await this.server!.stop();
        beforeStart();
        const caller = await this.start();
        await caller.at(this.warmUp!);
        await caller.add(this.warmUp!.cart);
        const short = this.short.pop()!;
        for (const kind of restart % 2 === 0 ? longFirst : shortFirst) {
          const lived = kind === 'long' ? this.long! : short;
          const call = () => (times === past ? caller.at(lived) : caller.add(lived.cart));
          times[kind].push(await timed(call));
        }
        caller.close();
      }
    }
    return [
      figureOf(`addItem, ${what}`, commands, median),
      figureOf(`cartAt, ${what}`, past, median),
    ];
  }
}

export const longCartWorkload: Workload = {
  name: 'long-cart',
  run: () => new LongCart().run(),
};
