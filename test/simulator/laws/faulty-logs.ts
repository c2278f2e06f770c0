// What faults leave in the log, by the law that must see it.
import { linkOf } from '../../../src/event-store/chain.js';
import type { JsonObject } from '../../../src/domain/codec.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { type Alteration, appended, rewriting, storing, storingMore } from './alterations.js';
import type { WholeEvidence } from './model-run.js';

const holding = (event: StoredEvent, change: JsonObject): StoredEvent => ({
  ...event,
  data: { ...(event.data as JsonObject), ...change },
});

const isOf = (type: string) => (event: StoredEvent) => event.type === type;

/** Another event of a type in the place of the last one. */
const storingOther = (
  type: string,
  other: (event: StoredEvent) => StoredEvent | null,
): Alteration => storing((event) => (isOf(type)(event) ? other(event) : undefined));

/** The last of its stream, so that all before it stays as it was. */
const isLast = ({ stream, revision }: StoredEvent, { log }: WholeEvidence) =>
  log.every((other) => other.stream !== stream || other.revision <= revision);

const isAcknowledged = ({ stream, revision }: StoredEvent, { history }: WholeEvidence) =>
  history.some(
    (record) =>
      record.kind === 'replied' &&
      record.reply.kind === 'accepted' &&
      `cart-${record.reply.cart?.id}` === stream &&
      record.reply.cart?.revision === revision,
  );

const askedFor = ({ metadata }: StoredEvent, { history }: WholeEvidence) =>
  history.some(
    (record) =>
      record.kind === 'asked' &&
      record.intent.kind === 'change cart' &&
      record.intent.commandId !== undefined &&
      record.intent.commandId === metadata.commandId,
  );

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'acknowledged once': {
    'an acknowledged change is not there': storing((event, evidence) =>
      isLast(event, evidence) && isAcknowledged(event, evidence) ? null : undefined,
    ),
    'another quantity is stored than was asked for': storing((event, evidence) =>
      event.type === 'ItemAdded' && isAcknowledged(event, evidence)
        ? holding(event, { quantity: 77 })
        : undefined,
    ),
    'an acknowledged change is that of another command': storing((event, evidence) =>
      event.type === 'ItemAdded' && isAcknowledged(event, evidence)
        ? { ...event, metadata: { ...event.metadata, commandId: 'another' } }
        : undefined,
    ),
    'a change is stored twice': storingMore((event, evidence) =>
      event.type === 'ItemAdded' && askedFor(event, evidence)
        ? appended(event, evidence)
        : undefined,
    ),
    'a cart is opened twice': storingMore((event, evidence) =>
      event.type === 'CartOpened' ? appended(event, evidence) : undefined,
    ),
    'an order is placed twice': storingMore((event, evidence) =>
      event.type === 'OrderPlaced' ? appended(event, evidence) : undefined,
    ),
    'two commands are told the same event': rewriting((records, exchanges) => {
      const commands = exchanges.filter(
        ({ asked: { intent }, replied: { reply } }) =>
          intent.kind === 'change cart' &&
          intent.change.type === 'AddItem' &&
          intent.commandId === undefined &&
          reply.kind === 'accepted',
      );
      const [one] = commands;
      if (one === undefined) return undefined;
      const ask = 1 + records.filter(({ kind }) => kind === 'asked').length;
      return [...records, { ...one.asked, ask }, { ...one.replied, ask }];
    }),
  },
  'nothing unasked': {
    'a change is stored that nobody asked for': storingMore((event, evidence) =>
      event.type === 'ItemAdded'
        ? appended(event, evidence, { metadata: { ...event.metadata, commandId: 'nobody’s' } })
        : undefined,
    ),
    'a change without a key is stored once more': storingMore((event, evidence) =>
      event.type === 'ItemAdded' && event.metadata.commandId === undefined
        ? appended(event, evidence)
        : undefined,
    ),
    'a change is stored that was refused': rewriting((records, exchanges) => {
      const last = exchanges.findLast(
        ({ asked: { intent }, replied: { reply } }) =>
          intent.kind === 'change cart' &&
          intent.change.type === 'AddItem' &&
          reply.kind === 'accepted' &&
          exchanges.filter(({ asked }) => {
            const other = asked.intent;
            return other.kind === 'change cart' && other.commandId === intent.commandId;
          }).length === 1,
      );
      const reply = { kind: 'refused', code: 'QUANTITY_LIMIT', cart: null } as const;
      return last && records.with(last.index, { ...last.replied, reply });
    }),
    'a coupon lapses that nobody withdrew': storingMore((event, evidence) =>
      event.type === 'CouponApplied'
        ? appended(event, evidence, {
            type: 'CouponLapsed',
            data: { code: 'NEVER', reason: 'WITHDRAWN' },
            metadata: { ...event.metadata, schemaVersion: 1 },
          })
        : undefined,
    ),
    'a cart is opened that nobody asked for': storingMore((event, evidence) =>
      event.type === 'CartOpened'
        ? appended(event, evidence, { stream: 'cart-nobody’s', revision: 0 })
        : undefined,
    ),
  },
  'revisions contiguous': {
    'a revision is missing': storing((event, evidence) =>
      event.revision === 1 && !isLast(event, evidence) ? null : undefined,
    ),
    'a revision comes twice': storingMore((event) => ({
      ...event,
      position: event.position + 1n,
    })),
    'a position does not rise': storing((event) =>
      event.revision > 0 ? { ...event, position: 0n } : undefined,
    ),
  },
  'time never back': {
    'an event occurred before the one in front of it': storing((event) =>
      event.revision > 0 && event.stream.startsWith('cart-') && event.metadata.chain !== undefined
        ? { ...event, metadata: { ...event.metadata, occurredAt: '2001-01-01T00:00:00.000Z' } }
        : undefined,
    ),
  },
  'chains verify': {
    'the content of an event is altered': storingOther('ItemAdded', (event) =>
      holding(event, { unitPrice: 1 }),
    ),
    'an event is made over another one than is before it': storing((event) => {
      if (event.revision < 2 || event.metadata.chain === undefined) return undefined;
      const chain = linkOf('another', event.stream, event.revision, event);
      return { ...event, metadata: { ...event.metadata, chain } };
    }),
    'a link is missing': storing((event) => {
      const { chain, ...metadata } = event.metadata;
      return event.revision < 2 || chain === undefined ? undefined : { ...event, metadata };
    }),
  },
  'orders total': {
    'a cart is checked out at another total': storingOther('CartCheckedOut', (event) =>
      holding(event, { total: 1 }),
    ),
    'an order is placed at another total': storingOther('OrderPlaced', (event) =>
      holding(event, { total: 1 }),
    ),
    'an order does not sum to its total': storingOther('OrderPlaced', (event) =>
      holding(event, { subtotal: 1 }),
    ),
    'an order lacks its lines': storingOther('OrderPlaced', (event) =>
      holding(event, { lines: [] }),
    ),
    'an order is of a cart that is open': storingOther('CartCheckedOut', () => null),
    'a cart has another order than it names': storingOther('OrderPlaced', (event) => ({
      ...event,
      stream: 'order-of-nobody',
    })),
  },
  'offered prices': {
    'a price was never offered': storingOther('ItemAdded', (event) =>
      holding(event, { unitPrice: 3 }),
    ),
    'a raised quantity has a price that was never offered': storing((event) => {
      const isRaise =
        event.type === 'QuantityChanged' && (event.data as JsonObject)['unitPrice'] !== null;
      return isRaise ? holding(event, { unitPrice: 3 }) : undefined;
    }),
    'a coupon has other terms than were offered': storingOther('CouponApplied', (event) =>
      holding(event, { terms: { discount: { kind: 'PERCENTAGE', basisPoints: 9_999 } } }),
    ),
  },
};
