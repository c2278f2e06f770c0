// How much the laws about orders had to judge: what of an order, of a deed outside or of a question
// each of them is about. A law that saw nothing of its kind has shown nothing.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Deed } from '../outside/deeds.js';
import { ORDER } from './log-model.js';

interface Subject {
  /** The order that an event makes the law judge; undefined for none. */
  readonly stored?: (event: StoredEvent) => string | undefined;
  /** What is judged with a deed. */
  readonly did?: (deed: Deed) => string | undefined;
}

interface OrderData {
  readonly orderId?: string;
  readonly attemptId?: string | null;
}

const placed = ({ type, stream }: StoredEvent) =>
  type === 'OrderPlaced' ? stream.slice(ORDER.length) : undefined;

const shipped = (event: StoredEvent) => {
  const { delivery } = event.data as { readonly delivery?: unknown };
  return delivery == null ? undefined : placed(event);
};

const erased = ({ type, stream }: StoredEvent) => (type === 'PersonErased' ? stream : undefined);

const claimed = ({ type, stream }: StoredEvent) => (type === 'CartClaimed' ? stream : undefined);

const confirmed =
  (wanted: string) =>
  ({ type, data }: StoredEvent) => {
    const { orderId, attemptId } = data as OrderData;
    return type === wanted && attemptId === null ? orderId : undefined;
  };

/** By law. */
const subjects: Readonly<Record<string, Subject>> = {
  'one order': { stored: placed },
  'orders total': { stored: placed },
  'tokens are secret': { stored: placed },
  'orders end': { stored: placed },
  'terms kept': { stored: shipped },
  'claimed once': { stored: claimed },
  'charged once': { did: (deed) => (deed.kind === 'charged' ? deed.key : undefined) },
  'refunded once': { did: (deed) => (deed.kind === 'refunded' ? deed.chargeKey : undefined) },
  'stock is kept': { stored: confirmed('StockReserved') },
  'coupons are kept': { stored: confirmed('CouponRedeemed') },
  'mailed once': { did: (deed) => (deed.kind === 'mailed' ? deed.messageId : undefined) },
  'erased for ever': { stored: erased },
  'posted once': { did: (deed) => (deed.kind === 'notified' ? deed.messageId : undefined) },
};

export const orderLaws: readonly string[] = Object.keys(subjects);

/** Orders of this many lines fill more than one page of whatever reads by pages. */
const MANY_LINES = 150;

/** Orders of many lines, which no law is about alone. */
export const LARGE_ORDERS = `orders of ${MANY_LINES} lines or more`;

const large = (event: StoredEvent) => {
  const { lines = [] } = event.data as { readonly lines?: readonly unknown[] };
  return lines.length < MANY_LINES ? undefined : placed(event);
};

const counted: Readonly<Record<string, Subject>> = {
  ...subjects,
  [LARGE_ORDERS]: { stored: large },
};

export class Exercised {
  private readonly seen = new Map(Object.keys(counted).map((name) => [name, new Set<string>()]));

  stored(event: StoredEvent): void {
    for (const [law, { stored }] of Object.entries(counted)) this.note(law, stored?.(event));
  }

  did(deed: Deed): void {
    for (const [law, { did }] of Object.entries(counted)) this.note(law, did?.(deed));
  }

  /** By law, and large orders: of how many orders, mails or messages there was something to judge. */
  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.seen].map(([law, { size }]) => [law, size]));
  }

  private note(law: string, subject: string | undefined): void {
    if (subject !== undefined) this.seen.get(law)?.add(subject);
  }
}
