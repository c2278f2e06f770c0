// What a customer is told about a cart that waits, as text and as HTML. Pure: the same cart gives
// the same words. Prices are left out: they may have changed by the time that the mail is read.
import type { AbandonedCartState } from '../domain/cart/state.js';
import { escaped, type OrderMail } from './order-mail.js';

export function cartMail({ lines }: AbandonedCartState): OrderMail {
  const shown = lines.map(({ name, portions }) => {
    const quantity = portions.reduce((sum, each) => sum + each.quantity, 0);
    return `${quantity} × ${name}`;
  });
  const words = 'Your cart is waiting for you. This is in it:';
  const items = shown.map((each) => `<li>${escaped(each)}</li>`).join('');
  return {
    subject: 'Your cart is waiting',
    text: `${[words, '', ...shown].join('\n')}\n`,
    html: `<p>${escaped(words)}</p>\n<ul>${items}</ul>\n`,
  };
}
