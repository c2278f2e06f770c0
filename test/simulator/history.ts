// A recorded history: who asked which instance for what, what was answered, and what befell the
// instances. The simulator and the soak record it, the laws read it. It is plain JSON.
import type { ClaimStrategy } from '../../src/domain/cart/lifecycle-events.js';
import type { Place } from '../../src/domain/countries.js';
import type { LineAsked, OrderChangeAsked, TermsChangeAsked } from './staff-changes.js';
import type { SeenCart, SeenOrder } from './seen-cart.js';

/** A change of a cart, as a shopper asks for it. `OpenCart` opens it under the commandId's id. */
export type CartChangeAsked =
  | { readonly type: 'OpenCart'; readonly currency: string }
  | { readonly type: 'AddItem'; readonly sku: string; readonly quantity: number }
  | { readonly type: 'AddItems'; readonly lines: readonly LineAsked[] }
  | { readonly type: 'ChangeQuantity'; readonly sku: string; readonly quantity: number }
  | { readonly type: 'RemoveItem'; readonly sku: string }
  | { readonly type: 'ApplyCoupon'; readonly code: string }
  | { readonly type: 'RemoveCoupon'; readonly code: string }
  | ({ readonly type: 'SetShippingAddress' } & Place)
  | { readonly type: 'ChooseShippingMethod'; readonly code: string }
  | {
      readonly type: 'CheckOut';
      readonly expectedTotal: number;
      /** Tells one checkout from another under the same key. */
      readonly email: string;
      /** Default: one that every shop takes, where orders are not paid. */
      readonly paymentToken?: string;
    };

/** A change of what is on sale, as an admin asks for it. Prices in minor units of GBP. */
export type CatalogueChangeAsked =
  | {
      readonly type: 'ListProduct';
      readonly sku: string;
      readonly minorUnits: number;
      /** Default: `standard`. */
      readonly taxCategory?: string;
    }
  | { readonly type: 'ChangeProductPrice'; readonly sku: string; readonly minorUnits: number }
  | { readonly type: 'DelistProduct'; readonly sku: string }
  | {
      readonly type: 'DefineCoupon';
      readonly code: string;
      readonly basisPoints: number;
      /** In milliseconds since 1970; null for one that never ends. */
      readonly validUntil: number | null;
      /** Orders that can use it; any number unless given. */
      readonly usageLimit?: number;
    }
  | { readonly type: 'WithdrawCoupon'; readonly code: string }
  | { readonly type: 'ReceiveStock'; readonly sku: string; readonly quantity: number }
  | { readonly type: 'AdjustStock'; readonly sku: string; readonly change: number }
  | { readonly type: 'CountStock'; readonly sku: string; readonly onHand: number }
  | TermsChangeAsked;

interface AskedOf {
  /** The instance that is asked. */
  readonly instance: string;
}

export interface ChangeCart extends AskedOf {
  readonly kind: 'change cart';
  /** Null for `OpenCart`, and for nothing else. */
  readonly cartId: string | null;
  readonly change: CartChangeAsked;
  /** A UUID in lower case. Without it, a repetition acts again. */
  readonly commandId?: string;
  readonly expectedRevision?: number;
  /** The guest's secret for the cart. */
  readonly cartToken?: string;
  /** Who is signed in; a guest unless given. */
  readonly customerId?: string;
}

/** A guest's cart becomes that of the customer who has signed in. */
export interface ClaimGuestsCart extends AskedOf {
  readonly kind: 'claim cart';
  readonly cartId: string;
  /** The guest's secret for the cart. */
  readonly cartToken: string;
  readonly customerId: string;
  readonly strategy: ClaimStrategy;
  readonly commandId: string;
}

export interface ChangeCatalogue extends AskedOf {
  readonly kind: 'change catalogue';
  readonly change: CatalogueChangeAsked;
  readonly commandId?: string;
}

export interface ChangeOrder extends AskedOf {
  readonly kind: 'change order';
  readonly orderId: string;
  readonly change: OrderChangeAsked;
  readonly commandId?: string;
}

export interface QueryCart extends AskedOf {
  readonly kind: 'query cart';
  readonly cartId: string;
  readonly cartToken: string;
  readonly minRevision?: number;
  /** Who is signed in; a guest unless given. */
  readonly customerId?: string;
}

/** The cart as it was, from the log. Support asks for carts of others. */
export interface ReadPast extends AskedOf {
  readonly kind: 'read past';
  readonly cartId: string;
  /** Without it, support asks. */
  readonly cartToken?: string;
  readonly at:
    | { readonly revision: number }
    /** In milliseconds since 1970. */
    | { readonly instant: number };
}

export interface WatchCart extends AskedOf {
  readonly kind: 'watch cart';
  /** A name of the client's own, by which it leaves. */
  readonly watch: string;
  readonly cartId: string;
  readonly cartToken: string;
  readonly afterRevision?: number;
}

export interface LeaveCart extends AskedOf {
  readonly kind: 'leave cart';
  readonly watch: string;
}

export interface Operate extends AskedOf {
  readonly kind: 'operate';
  readonly operation: 'rebuild' | 'promote' | 'roll back' | 'verify';
  /** Read models; none means all. */
  readonly names: readonly string[];
  /** Rebuilds also what is on standby. */
  readonly isFresh?: boolean;
}

/** Everyone who gave this e-mail address is erased. */
export interface ErasePeople extends AskedOf {
  readonly kind: 'erase people';
  readonly email: string;
}

/** An event that somebody else appends to a stream of ours, past the service. */
export interface WriteForeign {
  readonly kind: 'write foreign';
  readonly stream: string;
  readonly eventId: string;
  readonly type: string;
  readonly data: unknown;
  /** Undefined: the event has none. */
  readonly metadata?: unknown;
}

/** Whatever a client does next. */
export type Intent =
  | ChangeCart
  | ClaimGuestsCart
  | ChangeCatalogue
  | ChangeOrder
  | QueryCart
  | ReadPast
  | WatchCart
  | LeaveCart
  | Operate
  | ErasePeople
  | WriteForeign;

export interface AcceptedReply {
  readonly kind: 'accepted';
  /** As the command left it; null for a change of the catalogue. */
  readonly cart: SeenCart | null;
  readonly order: SeenOrder | null;
  readonly cartToken: string | null;
}

/** Refused by the business: a code of `rejection`. */
export interface RefusedReply {
  readonly kind: 'refused';
  readonly code: string;
  /** As it stands; null where it is absent, or nobody looked. */
  readonly cart: SeenCart | null;
  readonly currentTotal?: number;
  readonly currentRevision?: number;
}

/** The cart that was asked for; null when the service says that there is none. */
export interface CartReply {
  readonly kind: 'cart';
  readonly cart: SeenCart | null;
}

/** One frame of a subscription. */
export interface PushReply {
  readonly kind: 'push';
  /** Null on the first frame of a subscription without a cursor, or with one too old. */
  readonly event: { readonly id: string; readonly type: string } | null;
  readonly cart: SeenCart;
  readonly revision: number;
}

/** An operation that was carried out, or refused for a reason. */
export interface DoneReply {
  readonly kind: 'done';
  /** Such as `promoted`, or `refused: HELD`. */
  readonly outcome: string;
  /** What `verify` says is wrong. */
  readonly differences?: readonly string[];
}

/**
 * No answer of the business, and a command may or may not have been carried out. `code` is that of
 * the API, such as SERVICE_UNAVAILABLE, or LOST: the connection broke, or the instance is gone.
 */
export interface FailedReply {
  readonly kind: 'failed';
  readonly code: string;
  readonly words: string;
}

/** What one intent is answered with. A watch is answered by pushes, then `left` or `failed`. */
export type Reply =
  | AcceptedReply
  | RefusedReply
  | CartReply
  | PushReply
  | DoneReply
  | { readonly kind: 'left' }
  | FailedReply;

export const LOST = 'LOST';

/** What befalls an instance, the store or the network between them. */
export type Incident =
  | 'started'
  | 'ready'
  | 'killed'
  | 'stopped'
  | 'frozen'
  | 'thawed'
  | 'cut'
  | 'joined'
  /** No fault is brought about any more: from here on everything must become well. */
  | 'calm';

interface Timed {
  /** In milliseconds since the run began, on a clock that never steps. */
  readonly at: number;
}

/** `ask` counts the intents of a history, from 1. */
export interface AskedRecord extends Timed {
  readonly kind: 'asked';
  readonly ask: number;
  readonly client: string;
  readonly intent: Intent;
}

export interface RepliedRecord extends Timed {
  readonly kind: 'replied';
  readonly ask: number;
  readonly reply: Reply;
}

export interface IncidentRecord extends Timed {
  readonly kind: 'incident';
  readonly incident: Incident;
  /** An instance, `store`, or `all`. */
  readonly subject: string;
  readonly details?: string;
}

/** The order of the records is the order in which things happened. */
export type HistoryRecord = AskedRecord | RepliedRecord | IncidentRecord;

/** Takes records as they come, and tells whoever keeps or judges them. */
export class History {
  private asks = 0;

  /**
   * @param now milliseconds since the run began
   * @param listener such as the laws that judge at every step, a list, or a file
   */
  constructor(
    private readonly now: () => number,
    private readonly listener: (record: HistoryRecord) => void,
  ) {}

  /** Answers the number by which replies refer to it. */
  asked(client: string, intent: Intent): number {
    this.asks += 1;
    this.listener({ kind: 'asked', at: this.now(), ask: this.asks, client, intent });
    return this.asks;
  }

  replied(ask: number, reply: Reply): void {
    this.listener({ kind: 'replied', at: this.now(), ask, reply });
  }

  befell(subject: string, incident: Incident, details?: string): void {
    const more = details === undefined ? {} : { details };
    this.listener({ kind: 'incident', at: this.now(), subject, incident, ...more });
  }
}
