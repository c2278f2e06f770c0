// Which mails an order's events ask for, by their names.

/** Types of events that a customer with an address is told of. */
export const TOLD: ReadonlySet<string> = new Set([
  'OrderPlaced',
  'PaymentReceived',
  'OrderShipped',
  'OrderCancelled',
  'OrderRefunded',
]);

/** @param refundId counts for `OrderRefunded` alone, which an order can have several of */
export function mailOf(orderId: string, type: string, refundId = ''): string {
  const name = `${orderId}.${type}`;
  return type === 'OrderRefunded' ? `${name}.${refundId}` : name;
}

/** @param messageId such as `<ORDER.OrderPlaced@example.com>` */
export function orderOfMail(messageId: string): {
  readonly orderId: string;
  readonly type: string;
  readonly refundId: string;
} {
  const [, orderId = '', type = '', refundId = ''] =
    /^<([^.]+)\.([A-Za-z]+)(?:\.([^@]+))?@/.exec(messageId) ?? [];
  return { orderId, type, refundId };
}

/** Of an event of a refund. */
export function refundIdOf(data: unknown): string {
  return (data as { readonly refundId?: string }).refundId ?? '';
}
