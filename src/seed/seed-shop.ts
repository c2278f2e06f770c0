// The sample shop of a new log: a catalogue with real names and prices and our own texts, units of
// some products, and three coupons, stored by the admin's own commands. Running it again appends
// nothing.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CatalogCommands } from '../commands/catalog-commands.js';
import type { CommandContext, CommandOutcome } from '../commands/command-context.js';
import { cartIdOf } from '../commands/command-id.js';
import type { CouponCommands } from '../commands/coupon-commands.js';
import { isAway } from '../errors/catalogue.js';
import { openTerms } from '../domain/cart/coupon-terms.js';
import type { CouponTerms } from '../domain/cart/events.js';
import { inParallel } from '../commands/in-parallel.js';
import type { StockCommands } from '../commands/stock-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import { retrying } from '../waiting/retrying.js';
import { sampleDetailsOf } from './sample-details.js';

export interface SeededRooms {
  readonly catalog: Pick<CatalogCommands, 'list'>;
  readonly coupons: Pick<CouponCommands, 'define'>;
  readonly stock: Pick<StockCommands, 'adjust'>;
  /** Whether the last sample exists, and therefore all of them. */
  readonly isSeeded: (lastCode: string) => Promise<boolean>;
}

const priceList = z.array(z.object({ sku: z.string(), name: z.string(), pence: z.int().min(1) }));
const PRICE_LIST = new URL('../../data/online-retail/price-list.json', import.meta.url);
/** Few enough that none waits long behind the others on a busy machine. */
const IN_FLIGHT = 64;

/** On a busy machine a single append may exceed its timeout; the others need not be repeated. */
const RETRY = { pauseMs: { least: 250, most: 2_000 }, attempts: 5, retryIf: isAway };

/** One product of so many is tracked for stock: one in five of them is sold out. */
const TRACKED_ONE_OF = 24;
const SAMPLE_UNITS = [40, 3, 150, 0, 12];

const percentage = (basisPoints: number, validUntil: number | null = null): CouponTerms => ({
  ...openTerms,
  discount: { kind: 'PERCENTAGE', basisPoints },
  validUntil,
});

const coupons = [
  { code: 'WELCOME10', description: '10 % off', terms: percentage(1_000) },
  {
    code: 'FIVER',
    description: '£5 off from £30',
    terms: {
      ...openTerms,
      discount: { kind: 'AMOUNT', minorUnits: 500, currency: 'GBP' },
      minimumSpend: { minorUnits: 3_000, currency: 'GBP' },
    } satisfies CouponTerms,
  },
  {
    code: 'EXPIRED2010',
    description: '10 % off in 2010',
    terms: percentage(1_000, Date.UTC(2011, 0, 1)),
  },
];
const LAST_CODE = 'EXPIRED2010';
const SEEDER = 'seed';

/**
 * Whether the log may get samples: it is empty, or its first event is from a seed, which may have
 * been interrupted.
 *
 * @throws StoreUnavailableError
 */
export async function isForSamples(log: Pick<EventStore, 'readAll'>): Promise<boolean> {
  for await (const { metadata } of log.readAll()) return metadata.actor?.kind === SEEDER;
  return true;
}

/**
 * Adds the missing samples.
 *
 * @throws StoreUnavailableError
 */
export async function seedShop({
  catalog,
  coupons: couponRoom,
  stock,
  isSeeded,
}: SeededRooms): Promise<void> {
  if (await isSeeded(LAST_CODE)) return;
  const products = priceList.parse(JSON.parse(await readFile(PRICE_LIST, 'utf8')));
  await inParallel(products, IN_FLIGHT, async ({ sku, name, pence }) => {
    const price = { minorUnits: pence, currency: 'GBP' };
    const product = { sku, name, price, ...sampleDetailsOf(name) };
    await demand(() => catalog.list(product, contextOf(`product/${sku}`)));
  });
  const tracked = products.filter((_product, index) => index % TRACKED_ONE_OF === 5);
  await inParallel(tracked.entries(), IN_FLIGHT, async ([index, { sku }]) => {
    const onHand = SAMPLE_UNITS[index % SAMPLE_UNITS.length] ?? 0;
    const count = { sku, correction: { onHand }, reason: 'First count' };
    await demand(() => stock.adjust(count, contextOf(`stock/${sku}`)));
  });
  // In this order: the last coupon shows that everything is there.
  for (const coupon of coupons) {
    await demand(() => couponRoom.define(coupon, contextOf(`coupon/${coupon.code}`)));
  }
}

function contextOf(what: string): CommandContext {
  return { commandId: cartIdOf(`seed/${what}`), load: 'assumeEmpty', actor: { kind: SEEDER } };
}

async function demand(command: () => Promise<CommandOutcome<unknown>>): Promise<void> {
  const outcome = await retrying(command, RETRY);
  if (!outcome.accepted) throw new Error(`The seed was refused: ${outcome.rejection.message}`);
}
