// The kinds of events that the pages tell apart.
import type { HistoryEvent } from './past.ts';

export type EventKind = 'goods' | 'coupons' | 'rest';

const goods: readonly string[] = [
  'ItemAdded',
  'ItemsAdded',
  'QuantityChanged',
  'ItemRemoved',
  'PricesAccepted',
];

export const eventKinds: readonly EventKind[] = ['goods', 'coupons', 'rest'];

export function kindOf({ type }: Pick<HistoryEvent, 'type'>): EventKind {
  if (goods.includes(type)) return 'goods';
  return type.startsWith('Coupon') ? 'coupons' : 'rest';
}
