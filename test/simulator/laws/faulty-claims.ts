// What faults leave of claims, by the law that must see it.
import type { CartMerged } from '../../../src/domain/cart/lifecycle-events.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import {
  type Alteration,
  appended,
  type Exchange,
  rewriting,
  storing,
  storingMore,
} from './alterations.js';
import { isGuests } from './claims-seen.js';

/** Other data in the last event of a type for which there are some. */
const holding = <Data extends object>(
  type: string,
  other: (data: Data) => Partial<Data> | undefined,
): Alteration =>
  storing((event) => {
    const change = event.type === type ? other(event.data as Data) : undefined;
    return change && { ...event, data: { ...(event.data as Data), ...change } };
  });

/** In the last merge whose first line brings units. */
const merging = (
  other: (lines: CartMerged['data']['lines']) => CartMerged['data']['lines'],
): Alteration =>
  holding<CartMerged['data']>('CartMerged', ({ lines }) =>
    (lines[0]?.taken.length ?? 0) > 0 ? { lines: other(lines) } : undefined,
  );

/** A guest's change at the end of a cart that goes on as the customer's. */
const changedByGuest = (event: StoredEvent): Partial<StoredEvent> | undefined => {
  const { intoCartId } = event.data as { readonly intoCartId?: string | null };
  if (event.type !== 'CartClaimed' || intoCartId !== null) return undefined;
  const data = { sku: 'APPLE', name: 'Apple', quantity: 1, unitPrice: 1 };
  const metadata = { ...event.metadata, actor: { kind: 'guest' } };
  return { type: 'ItemAdded', data, metadata };
};

const isAcceptedClaim = ({ asked: { intent }, replied: { reply } }: Exchange) =>
  intent.kind === 'claim cart' && reply.kind === 'accepted';

/** Another answer to a claim that was accepted before. */
const answeringAgain = (other: (record: Exchange['replied']) => Exchange['replied']): Alteration =>
  rewriting((records, exchanges) => {
    const claims = exchanges.filter(isAcceptedClaim);
    const keyOf = ({ asked: { intent } }: Exchange) =>
      intent.kind === 'claim cart' ? intent.commandId : '';
    const again = claims.find((one, index) =>
      claims.slice(0, index).some((before) => keyOf(before) === keyOf(one)),
    );
    return again && records.with(again.index, other(again.replied));
  });

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'claimed once': {
    'a cart is claimed twice': storingMore((event, evidence) =>
      event.type === 'CartClaimed' ? appended(event, evidence) : undefined,
    ),
    'a claim is stored that nobody asked for': storing((event) =>
      event.type === 'CartClaimed'
        ? { ...event, metadata: { ...event.metadata, commandId: 'of nobody' } }
        : undefined,
    ),
    'an accepted claim is not stored': storing((event) =>
      event.type === 'CartClaimed' ? null : undefined,
    ),
    'a cart becomes that of another customer': holding('CartClaimed', () => ({
      customerId: 'mallory',
    })),
    "the guest's token stays": holding('CartClaimed', () => ({ tokenHash: 'a'.repeat(64) })),
    'a cart is merged twice': storingMore((event, evidence) =>
      event.type === 'CartMerged' ? appended(event, evidence) : undefined,
    ),
    'a cart is merged by another strategy': holding<CartMerged['data']>(
      'CartMerged',
      ({ strategy }) => ({ strategy: strategy === 'SUM' ? 'MAX' : 'SUM' }),
    ),
    'a merge loses a line': merging((lines) => lines.slice(1)),
    'a merge brings a unit more': merging((lines) =>
      lines.with(0, {
        ...lines[0]!,
        taken: lines[0]!.taken.map((one) => ({ ...one, quantity: one.quantity + 1 })),
      }),
    ),
    'a merge leaves out what there was room for': merging((lines) =>
      lines.with(0, { ...lines[0]!, taken: [], refusal: 'QUANTITY_LIMIT' }),
    ),
    'a guest changes a claimed cart': storingMore((event, evidence) => {
      const change = changedByGuest(event);
      return change && appended(event, evidence, change);
    }),
    'a guest is shown a claimed cart': rewriting((records, exchanges) => {
      const claim = exchanges.find(isAcceptedClaim);
      const { intent } = claim?.asked ?? {};
      const { reply } = claim?.replied ?? {};
      if (intent?.kind !== 'claim cart' || reply?.kind !== 'accepted') return undefined;
      const { cartId } = intent;
      const read = exchanges.findLast(
        ({ asked, replied }) =>
          asked.intent.kind === 'query cart' &&
          isGuests(asked.intent) &&
          asked.intent.cartId === cartId &&
          replied.reply.kind === 'cart',
      );
      if (read === undefined || reply.cart === null) return undefined;
      const cart = { ...reply.cart, id: cartId, revision: 1_000 };
      return records.with(read.index, { ...read.replied, reply: { kind: 'cart', cart } });
    }),
  },
  'one answer to a claim': {
    'a repeated claim is answered with another cart': answeringAgain((record) => {
      const { reply } = record;
      if (reply.kind !== 'accepted' || reply.cart === null) return record;
      const cart = { ...reply.cart, revision: reply.cart.revision + 1 };
      return { ...record, reply: { ...reply, cart } };
    }),
    'a repeated claim is refused': answeringAgain((record) => ({
      ...record,
      reply: { kind: 'refused', code: 'ALREADY_CLAIMED', cart: null },
    })),
  },
};
