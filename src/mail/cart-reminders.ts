// Reminds customers of carts that they have left, once for each time that a cart is abandoned. A
// cart has no address before its checkout, so the address is that of the customer's last order.
import type { CartState } from '../domain/cart/state.js';
import type { SealedContact } from '../domain/cart/events.js';
import type { CartAbandoned } from '../domain/cart/lifecycle-events.js';
import type { Recorded } from '../domain/decider.js';
import { cartMail } from './cart-mail.js';
import type { Attending, MailDraft, MailSender } from './mail-sender.js';

export interface CartReminderPorts {
  readonly cart: (cartId: string) => Promise<CartState>;
  /** The contact of the customer's last order; null without one. It can be behind the log. */
  readonly lastContact: (customerId: string) => Promise<SealedContact | null>;
  readonly sender: Pick<MailSender, 'send'>;
  /** In milliseconds since 1970. */
  readonly now: () => number;
}

/** Nobody is reminded of a cart that was left long ago, such as at the start of a new version. */
const FRESH_MS = 7 * 24 * 3_600_000;

export class CartReminders {
  constructor(private readonly ports: CartReminderPorts) {}

  /** @throws as `MailSender.send` */
  remind(cartId: string, event: Recorded<CartAbandoned>, attending: Attending): Promise<void> {
    return this.ports.sender.send(() => this.draft(cartId, event), attending);
  }

  private async draft(
    cartId: string,
    { revision, occurredAt }: Recorded<CartAbandoned>,
  ): Promise<MailDraft | undefined> {
    const { cart: cartOf, lastContact, now } = this.ports;
    if (now() - occurredAt > FRESH_MS) return undefined;
    const cart = await cartOf(cartId);
    // It was revived since, and abandoned again perhaps: that is an event of its own.
    if (cart.status !== 'ABANDONED' || cart.updatedAt !== occurredAt) return undefined;
    const { customerId, lines } = cart;
    const contact =
      customerId === null || lines.length === 0 ? null : await lastContact(customerId);
    if (contact === null) return undefined;
    return {
      name: `${cartId}.${revision}.CartAbandoned`,
      contact,
      occurredAt,
      mail: cartMail(cart),
    };
  }
}
