// Another program that appends to the shop's streams past the service: events of types that no fold
// knows, and events that the service ought to understand and does not.
import type { Intent, Reply, WriteForeign } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';

type ForeignEvent = Pick<WriteForeign, 'type' | 'data' | 'metadata'>;

const metadata = { schemaVersion: 1, occurredAt: '2010-12-08T12:00:00.000Z' };

const harmless: readonly ForeignEvent[] = [
  { type: 'CartPainted', data: { colour: 'red' }, metadata },
  { type: 'CartPainted', data: {} },
];

const opening = { cartId: 'another', currency: 'GBP', customerId: null, tokenHash: null };

/** Nothing is decided on a cart after one of these. */
const spoiling: readonly ForeignEvent[] = [
  { type: 'ItemAdded', data: { sku: 7 }, metadata },
  { type: 'ItemAdded', data: {} },
  { type: 'ItemRemoved', data: {}, metadata: { ...metadata, schemaVersion: 99 } },
  { type: 'CouponRemoved', data: { code: 'X' }, metadata: { ...metadata, commandId: 7 } },
  // Well formed, but they cannot follow on what is there.
  { type: 'CartOpened', data: opening, metadata },
  { type: 'ItemRemoved', data: { sku: 'NEVER-THERE', quantity: 1 }, metadata },
];

const SPOILS = 0.25;

export class Intruder implements Client {
  constructor(
    readonly name: string,
    private readonly known: KnownCarts,
  ) {}

  next(random: Randomness): readonly Intent[] {
    const { all } = this.known;
    if (all.length === 0) return [];
    const event = random.pick(random.chance(SPOILS) ? spoiling : harmless);
    const stream = `cart-${random.pick(all).cartId}`;
    return [{ kind: 'write foreign', stream, eventId: random.newId(), ...event }];
  }

  hears(_intent: Intent, _reply: Reply): void {
    // It does not care.
  }
}
