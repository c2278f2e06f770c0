// What a log tells of claims: whose a guest's cart is now, and which cart takes its contents.
import type { CartClaimed, CartMerged } from '../../../src/domain/cart/lifecycle-events.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Intent } from '../history.js';
import type { LogModel } from './log-model.js';
import type { World } from './law.js';

export type StoredClaim = CartClaimed['data'] & {
  readonly revision: number;
  readonly commandId: string | undefined;
};

const isClaim = ({ type }: StoredEvent) => type === 'CartClaimed';

export function claimIn(log: LogModel, cartId: string): StoredClaim | undefined {
  const event = log.cartEvents(cartId).find(isClaim);
  return event === undefined ? undefined : claimOf(event);
}

export function claimOf({ data, revision, metadata }: StoredEvent): StoredClaim {
  return { ...(data as CartClaimed['data']), revision, commandId: metadata.commandId };
}

export function isMergeDue(event: StoredEvent): boolean {
  return isClaim(event) && claimOf(event).intoCartId !== null;
}

/** The stream of the cart whose contents an event brings; '' where it brings none. */
export function mergedFrom(data: unknown): string {
  const { fromCartId, strategy } = (data ?? {}) as Partial<CartMerged['data']>;
  return strategy === undefined ? '' : `cart-${fromCartId}`;
}

/** Whether somebody asks with no more than a guest's token for a cart that a customer has claimed. */
export function isBarred({ log }: Pick<World, 'log'>, intent: Intent): boolean {
  if (!('cartId' in intent) || intent.cartId === null || intent.kind === 'claim cart') return false;
  const claim = claimIn(log, intent.cartId);
  return claim !== undefined && isGuests(intent);
}

/** Whether a guest asks: nobody is signed in, and it is not support. */
export function isGuests(intent: Intent): boolean {
  return 'cartToken' in intent && !('customerId' in intent);
}
