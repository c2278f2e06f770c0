// What the shop looks for again and again: idle carts, planned prices that are due, and what
// checkouts left behind when they died.
import type { CartCommands } from '../commands/cart-commands.js';
import { CartAbandonment } from '../process-managers/cart-abandonment.js';
import { settleExpiredUses } from '../process-managers/coupon-use-expiry.js';
import { HoldExpiry } from '../process-managers/hold-expiry.js';
import { takeUpPlannedPrices } from '../process-managers/planned-prices.js';
import type { ReadModels } from '../read-models/read-models.js';
import { startRounds } from '../waiting/rounds.js';
import type { Time } from '../waiting/time.js';
import type { ShopLog } from './reaction-reports.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

type RoundReads = Pick<
  ReadModels,
  'idleCarts' | 'expiredCouponUses' | 'stockToExpire' | 'pricesDue'
>;

type RoundCommands = Pick<
  ShopCommands,
  'abandonments' | 'catalog' | 'checkoutStock' | 'couponUses' | 'orders' | 'orderStock'
>;

export interface RoundPorts {
  readonly commands: RoundCommands;
  readonly carts: Pick<CartCommands, 'freshState'>;
  readonly reads: RoundReads;
  /** In milliseconds; carts are never abandoned unless it is given. */
  readonly abandonAfterMs?: number;
  readonly time: Time;
  readonly log: ShopLog;
}

interface ShopRounds {
  readonly name: string;
  readonly pauseMs: () => number;
  readonly round: (signal: AbortSignal) => Promise<void>;
  /** Logged with the fault of a whole round. */
  readonly onFault: string;
}

const PRICES_MS = 1_000;
/** Holds last for minutes: nobody waits for the seconds. */
const HOLDS_MS = 15_000;
/** Idle carts are looked for four times in the idle time, within these bounds. */
const IDLE_CARTS_MS = { least: 1_000, most: 60_000 };

export function startShopRounds(ports: RoundPorts, parts: StartedParts): void {
  const { time, log } = ports;
  const all = [plannedPrices(ports), couponUses(ports), stockHolds(ports), ...idleCarts(ports)];
  for (const { name, onFault, ...rounds } of all) {
    const running = startRounds({ ...rounds, time, onFault: (err) => log.warn({ err }, onFault) });
    parts.addActivity(name, () => running.stop());
  }
}

function plannedPrices({ commands, reads, time, log }: RoundPorts): ShopRounds {
  const onFault = 'planned prices cannot be taken up now and are tried again';
  const prices = {
    due: (at: number, first: number) => reads.pricesDue(at, first),
    catalog: commands.catalog,
    time,
    onFault: (err: unknown) => log.warn({ err }, onFault),
  };
  return {
    ...{ name: 'planned prices', onFault, pauseMs: () => PRICES_MS },
    round: (signal) => takeUpPlannedPrices(prices, signal),
  };
}

function couponUses({ commands, reads, time, log }: RoundPorts): ShopRounds {
  const onFault = "a coupon's use cannot be settled now and is tried again";
  const expired = {
    uses: commands.couponUses,
    expired: (at: number, first: number) => reads.expiredCouponUses(at, first),
    time,
    onFault: (err: unknown) => log.warn({ err }, onFault),
  };
  return {
    ...{ name: 'coupon uses', onFault, pauseMs: () => jittered(HOLDS_MS, time) },
    round: (signal) => settleExpiredUses(expired, signal),
  };
}

function stockHolds({ commands, carts, reads, time, log }: RoundPorts): ShopRounds {
  const onFault = 'a hold on stock cannot be settled now and is tried again';
  const { checkoutStock, orderStock, orders } = commands;
  const expiry = new HoldExpiry({
    due: (at, first, after) => reads.stockToExpire(at, first, after),
    cart: (cartId) => carts.freshState(cartId),
    order: (orderId) => orders.freshState(orderId),
    ...{ checkoutStock, orderStock, time },
    onFault: (err) => log.warn({ err }, onFault),
  });
  return {
    ...{ name: 'stock holds', onFault, pauseMs: () => jittered(HOLDS_MS, time) },
    round: (signal) => expiry.round(signal),
  };
}

/** None, unless idle carts are abandoned. */
function idleCarts({
  commands,
  reads,
  abandonAfterMs = 0,
  time,
  log,
}: RoundPorts): readonly ShopRounds[] {
  if (abandonAfterMs === 0) return [];
  const { least, most } = IDLE_CARTS_MS;
  const loop = new CartAbandonment({
    ...{ carts: reads, abandonments: commands.abandonments(abandonAfterMs), time },
    onLeft: (cartId, err) => log.warn({ err, cartId }, 'an idle cart cannot be abandoned'),
  });
  return [
    {
      ...{
        name: 'abandonment',
        pauseMs: () => Math.min(most, Math.max(least, abandonAfterMs / 4)),
      },
      onFault: 'idle carts cannot be looked up, and are again later',
      round: (signal) => loop.round(signal),
    },
  ];
}

/** Spreads the instances. */
function jittered(ms: number, { random }: Time): number {
  return ms * (0.5 + random());
}
