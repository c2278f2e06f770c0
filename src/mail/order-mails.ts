// Tells customers of the news of their orders, each once.
import type { OrderCommands } from '../commands/order-commands.js';
import type { PostalAddress } from '../commands/delivery-requests.js';
import type { SealedContact } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import type { OrderState } from '../domain/order/state.js';
import type { Contacts } from '../personal-data/contacts.js';
import type { ReadersWords } from './delivery-lines.js';
import type { Attending, MailDraft, MailSender } from './mail-sender.js';
import { orderMail, type OrderNews } from './order-mail.js';

export interface OrderMailPorts {
  readonly orders: Pick<OrderCommands, 'freshState'>;
  readonly contacts: Pick<Contacts, 'openText'>;
  readonly sender: Pick<MailSender, 'send'>;
}

export class OrderMails {
  constructor(private readonly ports: OrderMailPorts) {}

  /** @throws as `MailSender.send` */
  tell(orderId: string, news: Recorded<OrderNews>, attending: Attending): Promise<void> {
    return this.ports.sender.send(() => this.draft(orderId, news), attending);
  }

  private async draft(orderId: string, news: Recorded<OrderNews>): Promise<MailDraft | undefined> {
    const order = await this.ports.orders.freshState(orderId);
    const { contact } = order;
    if (contact === null) return undefined;
    const mail = orderMail(order, news, await this.wordsFor(order, contact.keyId));
    return { name: nameOf(orderId, news), contact, occurredAt: news.occurredAt, mail };
  }

  /**
   * What another person wrote is not told: the mail is removed with its reader alone, and would
   * keep the other one's words.
   */
  private async wordsFor({ delivery }: OrderState, keyId: string): Promise<ReadersWords> {
    const opened = async (sealed: SealedContact | null | undefined) =>
      sealed?.keyId === keyId ? ((await this.ports.contacts.openText(sealed)) ?? null) : null;
    const address = await opened(delivery?.shipTo?.address);
    return {
      address: address === null ? null : (JSON.parse(address) as PostalAddress),
      giftNote: await opened(delivery?.giftNote),
    };
  }
}

/** An order can be refunded several times; all other news come once. */
function nameOf(orderId: string, news: OrderNews): string {
  const name = `${orderId}.${news.type}`;
  return news.type === 'OrderRefunded' ? `${name}.${news.data.refundId}` : name;
}
