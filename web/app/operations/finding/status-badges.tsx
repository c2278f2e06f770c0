// How a cart and an order stand, as a badge: its words and its tone.
import { Badge } from '../../../design/states.tsx';
import { findingTexts } from './texts.ts';

type Tone = 'plain' | 'good' | 'warm' | 'bad';

const cartTones: Readonly<Record<keyof typeof findingTexts.cartStatus, Tone>> = {
  OPEN: 'good',
  ABANDONED: 'warm',
  CHECKED_OUT: 'plain',
  MERGED: 'plain',
};

const orderTones: Readonly<Record<keyof typeof findingTexts.orderStatus, Tone>> = {
  PLACED: 'warm',
  RESERVED: 'warm',
  PAID: 'good',
  SHIPPED: 'plain',
  CANCELLED: 'bad',
};

export function CartBadge({ status }: { readonly status: keyof typeof cartTones }) {
  return (
    <Badge tone={cartTones[status]} dot>
      {findingTexts.cartStatus[status]}
    </Badge>
  );
}

export function OrderBadge({ status }: { readonly status: keyof typeof orderTones }) {
  return (
    <Badge tone={orderTones[status]} dot>
      {findingTexts.orderStatus[status]}
    </Badge>
  );
}
