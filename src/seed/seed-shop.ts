// The sample shop of a new log: a catalogue with real names and prices, and three coupons, stored
// by the admin's own commands. Running it again appends nothing.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CatalogCommands } from '../commands/catalog-commands.js';
import type { CommandContext, CommandOutcome } from '../commands/command-context.js';
import { cartIdOf } from '../commands/command-id.js';
import type { CouponCommands } from '../commands/coupon-commands.js';
import type { CouponTerms } from '../domain/cart/events.js';
import { inParallel } from '../commands/in-parallel.js';
import type { EventStore } from '../event-store/event-store.js';

export interface SeededRooms {
  readonly catalog: Pick<CatalogCommands, 'list'>;
  readonly coupons: Pick<CouponCommands, 'define'>;
  /** Whether the last sample exists, and therefore all of them. */
  readonly isSeeded: (lastCode: string) => Promise<boolean>;
}

const priceList = z.array(z.object({ sku: z.string(), name: z.string(), pence: z.int().min(1) }));
const PRICE_LIST = new URL('../../data/online-retail/price-list.json', import.meta.url);
/** Few enough that none waits long behind the others on a busy machine. */
const IN_FLIGHT = 64;

const percentage = (basisPoints: number, validUntil: number | null = null): CouponTerms => ({
  discount: { kind: 'PERCENTAGE', basisPoints },
  minimumSpend: null,
  validFrom: null,
  validUntil,
});

const coupons = [
  { code: 'WELCOME10', description: '10 % off', terms: percentage(1_000) },
  {
    code: 'FIVER',
    description: '£5 off from £30',
    terms: {
      discount: { kind: 'AMOUNT', minorUnits: 500, currency: 'GBP' },
      minimumSpend: { minorUnits: 3_000, currency: 'GBP' },
      validFrom: null,
      validUntil: null,
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
  isSeeded,
}: SeededRooms): Promise<void> {
  if (await isSeeded(LAST_CODE)) return;
  const products = priceList.parse(JSON.parse(await readFile(PRICE_LIST, 'utf8')));
  await inParallel(products, IN_FLIGHT, async ({ sku, name, pence }) => {
    const price = { minorUnits: pence, currency: 'GBP' };
    demand(await catalog.list({ sku, name, price }, contextOf(`product/${sku}`)));
  });
  // In this order: the last coupon shows that everything is there.
  for (const coupon of coupons) {
    demand(await couponRoom.define(coupon, contextOf(`coupon/${coupon.code}`)));
  }
}

function contextOf(what: string): CommandContext {
  return { commandId: cartIdOf(`seed/${what}`), load: 'assumeEmpty', actor: { kind: SEEDER } };
}

function demand(outcome: CommandOutcome<unknown>): void {
  if (!outcome.accepted) throw new Error(`The seed was refused: ${outcome.rejection.message}`);
}
