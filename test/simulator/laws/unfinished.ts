// What has not come to its end yet: orders that nobody has paid, declined or refunded, units and uses
// that nobody holds on to, charges that no order knows of, mails that are due, and events that no
// receiver of a webhook has.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Deed, ParkedEvent } from '../outside/deeds.js';
import { CouponAccount } from './coupon-account.js';
import { COUPON, INVENTORY, type LogModel, ORDER } from './log-model.js';
import { mailOf, orderOfMail, TOLD } from './mails-due.js';
import { StockAccount } from './stock-account.js';
import { WebhookAccount } from './webhook-account.js';

interface OrderAccount {
  readonly types: Set<string>;
  cartId: string;
  /** Of the contact's key; undefined without a contact. */
  keyId: string | undefined;
  /** Whether the gateway is asked to charge it. */
  isPaid: boolean;
  readonly openRefunds: Set<string>;
}

interface MailDue {
  readonly name: string;
  readonly keyId: string;
  readonly stream: string;
  readonly revision: number;
}

export class Unfinished {
  private readonly orders = new Map<string, OrderAccount>();
  private readonly stock = new Map<string, StockAccount>();
  private readonly coupons = new Map<string, CouponAccount>();
  private readonly charged = new Set<string>();
  private readonly mailsDue = new Map<string, MailDue>();
  private readonly erasedKeys = new Set<string>();
  private readonly webhooks = new WebhookAccount();

  /** @param hasMail whether mails are sent at all */
  constructor(private readonly hasMail: boolean) {}

  stored(event: StoredEvent): void {
    const { stream, position, recordedAt, type } = event;
    if (type === 'PersonErased') this.noteErasure(event.data as { readonly keyId: string });
    this.webhooks.add(event);
    if (stream.startsWith(ORDER)) this.noteOrder(stream.slice(ORDER.length), event);
    if (stream.startsWith(INVENTORY)) {
      ofName(this.stock, stream, () => new StockAccount(position, recordedAt)).add(event);
    }
    if (stream.startsWith(COUPON)) {
      ofName(this.coupons, stream, () => new CouponAccount()).add(event);
    }
  }

  did(deed: Deed): void {
    if (deed.kind === 'charged') this.charged.add(deed.key);
    if (deed.kind === 'notified') this.webhooks.notified(deed);
    if (deed.kind !== 'mailed') return;
    const { orderId, type, refundId } = orderOfMail(deed.messageId);
    this.mailsDue.delete(mailOf(orderId, type, refundId));
  }

  /** One line for each. What stands on a cart that is not understood waits for an operator. */
  words(log: LogModel, parked: readonly ParkedEvent[]): readonly string[] {
    const isLeftOut = (cartId: string) =>
      log.cartAfter(cartId, log.cartEvents(cartId).length) === undefined;
    const outgoing = [...this.mailWords(parked), ...this.webhooks.missing(parked)];
    return [...this.orderWords(isLeftOut), ...this.holdWords(isLeftOut), ...outgoing];
  }

  private *orderWords(isLeftOut: (cartId: string) => boolean): Generator<string> {
    for (const [orderId, { types, cartId, isPaid, openRefunds }] of this.orders) {
      if (isLeftOut(cartId) || !isPaid) continue;
      if (!types.has('PaymentReceived') && !types.has('PaymentDeclined')) {
        yield `order ${orderId} is neither paid nor declined`;
      }
      for (const refundId of openRefunds) yield `refund ${refundId} of ${orderId} is not answered`;
    }
    for (const key of this.charged) {
      const isKnown = this.orders.get(key)?.types.has('PaymentReceived');
      if (isKnown !== true) yield `${key} was charged, and no order is paid by it`;
    }
  }

  private *holdWords(isLeftOut: (cartId: string) => boolean): Generator<string> {
    for (const [stream, { holds }] of this.stock) {
      for (const [orderId, { cartId, attempts, confirmed }] of holds) {
        if (isLeftOut(cartId)) continue;
        const isOver = this.hasEnded(orderId, 'OrderCancelled', 'OrderShipped');
        if (attempts.size > 0) yield `${stream}: a checkout of order ${orderId} still holds units`;
        if (confirmed !== undefined && isOver) yield `${stream}: ${orderId} holds units for ever`;
      }
    }
    for (const [stream, { uses }] of this.coupons) {
      for (const [orderId, { cartId, attempts, isRedeemed }] of uses) {
        if (isLeftOut(cartId)) continue;
        const isOver = this.hasEnded(orderId, 'OrderCancelled');
        if (attempts.size > 0) yield `${stream}: a checkout of order ${orderId} still holds a use`;
        if (isRedeemed && isOver) yield `${stream}: order ${orderId} keeps its use for ever`;
      }
    }
  }

  private *mailWords(parked: readonly ParkedEvent[]): Generator<string> {
    if (!this.hasMail) return;
    for (const { name, stream, revision } of this.mailsDue.values()) {
      const isParked = parked.some(
        (one) => one.reaction === 'mail' && one.stream === stream && one.revision === revision,
      );
      if (!isParked) yield `mail ${name} was not sent`;
    }
  }

  private hasEnded(orderId: string, ...ends: readonly string[]): boolean {
    const types = this.orders.get(orderId)?.types;
    return types !== undefined && ends.some((end) => types.has(end));
  }

  private noteOrder(orderId: string, { type, data, stream, revision }: StoredEvent): void {
    const order = ofName(this.orders, orderId, newOrder);
    const {
      cartId,
      contact,
      payment,
      refundId = '',
    } = data as {
      readonly cartId?: string;
      readonly contact?: { readonly keyId: string } | null;
      readonly payment?: { readonly kind?: string };
      readonly refundId?: string;
    };
    order.types.add(type);
    if (type === 'OrderPlaced') {
      order.cartId = cartId ?? '';
      order.keyId = contact?.keyId;
      order.isPaid = payment?.kind === 'GATEWAY';
    }
    if (type === 'RefundRequested') order.openRefunds.add(refundId);
    if (type === 'OrderRefunded' || type === 'RefundRefused') order.openRefunds.delete(refundId);
    const name = mailOf(orderId, type, refundId);
    const { keyId } = order;
    if (!TOLD.has(type) || keyId === undefined || this.erasedKeys.has(keyId)) return;
    this.mailsDue.set(name, { name, keyId, stream, revision });
  }

  /** Whoever was erased cannot be told any more. */
  private noteErasure({ keyId }: { readonly keyId: string }): void {
    this.erasedKeys.add(keyId);
    for (const [name, due] of this.mailsDue) if (due.keyId === keyId) this.mailsDue.delete(name);
  }
}

const newOrder = (): OrderAccount => ({
  types: new Set(),
  cartId: '',
  keyId: undefined,
  isPaid: false,
  openRefunds: new Set(),
});

function ofName<Account>(
  accounts: Map<string, Account>,
  name: string,
  make: () => Account,
): Account {
  let account = accounts.get(name);
  if (account === undefined) accounts.set(name, (account = make()));
  return account;
}
