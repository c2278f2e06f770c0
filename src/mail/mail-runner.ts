// Runs the mails as a shared reaction: news of an order or a cart in the log → a mail to its
// customer. A server that is away stops mails and nothing else; a refused mail is parked.
import { cartAggregate, orderAggregate } from '../commands/aggregates.js';
import { recorded } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { Reaction } from '../process-managers/reaction.js';
import type { CartReminders } from './cart-reminders.js';
import type { Attending } from './mail-sender.js';
import { isMailed, mailedTypes } from './order-mail.js';
import type { OrderMails } from './order-mails.js';

const ORDERS = 'order-';
const CARTS = 'cart-';

export const mailKind = { name: 'mail', types: [...mailedTypes, 'CartAbandoned'] } as const;

/** Most of them wait for a server that takes a mail later; the sender bounds the others. */
const WIDTH = 256;

export interface Mails {
  readonly orders: Pick<OrderMails, 'tell'>;
  readonly reminders: Pick<CartReminders, 'remind'>;
}

export function mailReaction({ orders, reminders }: Mails): Reaction {
  const ofOrder = async (stored: StoredEvent, attending: Attending) => {
    const event = recorded(orderAggregate.codec, stored);
    if (event === undefined || !isMailed(event)) return;
    await orders.tell(stored.stream.slice(ORDERS.length), event, attending);
  };
  const ofCart = async (stored: StoredEvent, attending: Attending) => {
    const event = recorded(cartAggregate.codec, stored);
    if (event?.type !== 'CartAbandoned') return;
    await reminders.remind(stored.stream.slice(CARTS.length), event, attending);
  };
  return {
    ...mailKind,
    // Of orders and carts; other programs may use these types in their streams.
    prefix: '',
    width: WIDTH,
    act: async (stored, signal, onFailure = () => undefined) => {
      const attending = { signal, onFailure };
      if (stored.stream.startsWith(ORDERS)) await ofOrder(stored, attending);
      else if (stored.stream.startsWith(CARTS)) await ofCart(stored, attending);
    },
  };
}
