// When checkouts were asked for. A product that is counted for the first time while a cart is being
// checked out may have been looked at before that: no unit is held of it, and its order takes the
// units, or is cancelled. A cart closes with its units of every product that was counted before.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Question, World } from './law.js';
import { CART } from './log-model.js';
import type { StockAccount } from './stock-account.js';

export class CheckoutsAsked {
  /** By command id, or by cart where there is none: in milliseconds since 1970. */
  private readonly firstAsked = new Map<string, number>();

  constructor(private readonly world: World) {}

  asked({ asked: { at, intent } }: Question): void {
    if (intent.kind !== 'change cart' || intent.change.type !== 'CheckOut') return;
    const key = intent.commandId ?? intent.cartId ?? '';
    const askedAt = this.world.setting.beganAt + at;
    if (!this.firstAsked.has(key)) this.firstAsked.set(key, askedAt);
  }

  /** Whether the product was counted before there was a cart. */
  isOlder({ stream }: StoredEvent, { countedFrom }: StockAccount): boolean {
    const [opened] = this.world.log.cartEvents(stream.slice(CART.length));
    return opened === undefined || countedFrom < opened.recordedAt;
  }

  /** Whether the product was counted before anybody asked for this checkout. */
  isAskedSince({ stream, metadata }: StoredEvent, { countedFrom }: StockAccount): boolean {
    const key = metadata.commandId ?? stream.slice(CART.length);
    return countedFrom < (this.firstAsked.get(key) ?? Infinity);
  }
}
