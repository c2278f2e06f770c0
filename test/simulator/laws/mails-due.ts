// Which mails an order's events ask for, by their names.

/** Types of events that a customer with an address is told of. */
export const TOLD: ReadonlySet<string> = new Set([
  'OrderPlaced',
  'PaymentReceived',
  'OrderShipped',
  'OrderCancelled',
]);

export function mailOf(orderId: string, type: string): string {
  return `${orderId}.${type}`;
}

/** @param messageId such as `<ORDER.OrderPlaced@example.com>` */
export function orderOfMail(messageId: string): {
  readonly orderId: string;
  readonly type: string;
} {
  const [, orderId = '', type = ''] = /^<([^.]+)\.([A-Za-z]+)@/.exec(messageId) ?? [];
  return { orderId, type };
}
