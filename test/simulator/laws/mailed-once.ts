// What a customer is told of an order is told once.
import { type Law, type World } from './law.js';
import { mailOf, orderOfMail, refundIdOf } from './mails-due.js';

export const mailedOnce: Law = {
  name: 'mailed once',
  promise: 'Each mail is sent at most once, and of what has happened.',
  watch({ log }, report) {
    const sent = new Set<string>();
    return {
      did(deed) {
        if (deed.kind !== 'mailed') return;
        const { messageId } = deed;
        if (sent.has(messageId)) report(`${messageId} was sent twice`);
        sent.add(messageId);
        if (!hasHappened(log, messageId)) report(`${messageId} tells what has not happened`);
      },
    };
  },
};

function hasHappened(log: World['log'], messageId: string): boolean {
  const { orderId, type, refundId } = orderOfMail(messageId);
  const name = mailOf(orderId, type, refundId);
  return log
    .orderEvents(orderId)
    .some((event) => mailOf(orderId, event.type, refundIdOf(event.data)) === name);
}
