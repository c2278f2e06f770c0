// The reactions to coupons that are withdrawn.
import type { CartCommands } from '../commands/cart-commands.js';
import {
  couponWithdrawalReaction,
  lateCouponReaction,
  type WithdrawalPorts,
} from '../process-managers/coupon-lapse.js';
import type { Reaction } from '../process-managers/reaction.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { ReadModels } from '../read-models/read-models.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import type { Time } from '../waiting/time.js';
import type { ShopCommands } from './shop-commands.js';

export interface CouponParts {
  readonly commands: Pick<ShopCommands, 'coupons'>;
  readonly carts: Pick<CartCommands, 'lapseCoupon'>;
  readonly reads: Pick<ReadModels, 'cartsWithCoupon'>;
  readonly progress: Pick<RunningProjector, 'reached'>;
  readonly time: Time;
}

/** How long a reaction waits for the rows. */
const CATCH_UP_MS = 30_000;

export function couponReactions(parts: CouponParts): readonly Reaction[] {
  const { carts } = parts;
  const ports: WithdrawalPorts = {
    carts,
    coupons: parts.commands.coupons,
    cartsWith: (code, position, signal) => cartsWith(parts, code, position, signal),
  };
  return [couponWithdrawalReaction(ports), lateCouponReaction(ports)];
}

async function* cartsWith(
  { reads, progress }: CouponParts,
  code: string,
  position: bigint,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const isThere = await progress.reached(position, CATCH_UP_MS, signal);
  signal.throwIfAborted();
  if (!isThere) {
    throw new ReadModelsUnavailableError(new Error('They are behind the withdrawal'));
  }
  yield* reads.cartsWithCoupon(code);
}
