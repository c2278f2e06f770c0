// Logs as two instances of an earlier release left them: one commandId at once, event ids derived
// from it, and a second instance that went on from its own version of the command.
import { earlierEventId, inputHash } from '../../src/commands/command-id.js';
import { chained, type ChainEnd, NO_CHAIN } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';

const begunAt = Date.parse('2026-11-02T08:00:00.000Z');
let commands = 0;

export interface Step {
  readonly type: 'CartOpened' | 'ItemAdded' | 'QuantityChanged';
  readonly quantity?: number;
  readonly from?: number;
  /** How the other instance decided on the same command; it believes in this, and writes next. */
  readonly other?: { readonly laterByMs: number; readonly quantity?: number };
}

/** Writes a cart step by step; each step is one command with one event. */
export async function writeCart(
  store: EventStore,
  cartId: string,
  steps: readonly Step[],
): Promise<void> {
  const stream = `cart-${cartId}`;
  let end: ChainEnd = NO_CHAIN;
  for (const step of steps) {
    commands += 1;
    const commandId = `0c0ffee0-0000-4000-8000-${String(commands).padStart(12, '0')}`;
    const at = begunAt + commands * 1_000;
    const [stored] = chained(stream, end, [eventOf(cartId, step, commandId, at)]);
    await store.append(stream, [stored!], end.revision < 0 ? 'no_stream' : end.revision);
    const { other } = step;
    const believed = other && {
      ...step,
      ...(other.quantity !== undefined && { quantity: other.quantity }),
    };
    const [taken] =
      believed === undefined
        ? [stored]
        : chained(stream, end, [eventOf(cartId, believed, commandId, at + other!.laterByMs)]);
    end = { revision: end.revision + 1, chain: taken!.metadata.chain };
  }
}

function eventOf(cartId: string, step: Step, commandId: string, at: number): NewEvent {
  const { type } = step;
  const stream = `cart-${cartId}`;
  const sku = 'LANTERN';
  const { quantity = 1, from = 1 } = step;
  const input = { cartId, sku, quantity };
  const [name, data] = {
    CartOpened: [
      'openCart',
      { cartId, currency: 'GBP', customerId: null, tokenHash: 'b'.repeat(64) },
    ] as const,
    ItemAdded: [
      'addItem',
      { sku, name: 'White metal lantern', quantity, unitPrice: 339, offerRevision: 0 },
    ] as const,
    QuantityChanged: [
      'changeQuantity',
      { sku, from, to: quantity, unitPrice: quantity > from ? 339 : null },
    ] as const,
  }[type];
  return {
    id: earlierEventId(stream, commandId, 0),
    type,
    data,
    metadata: {
      schemaVersion: type === 'ItemAdded' ? 2 : 1,
      occurredAt: new Date(at).toISOString(),
      commandId,
      commandHash: inputHash(name, input),
      actor: { kind: 'guest' },
    },
  };
}
