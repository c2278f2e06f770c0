// Coupons on the cart, each with its verdict, and the field for another one.
import { type SubmitEvent, useState } from 'react';
import { useCart } from '../../cart-client/use-cart.ts';
import { Button, IconButton } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { Badge } from '../../design/states.tsx';
import type { CartFieldsFragment } from '../../../schema/generated/graphql.ts';
import { wordsOf } from '../faults.ts';
import { money } from '../format.ts';
import { isPageShown } from '../session-context.ts';
import { texts } from '../texts.ts';
import { useIntent } from './use-intent.ts';

const words = texts.cart;

export function Coupons({ cart }: { readonly cart: CartFieldsFragment }) {
  return (
    <section className="stack">
      {cart.coupons.length > 0 && (
        <ul className="coupons">
          {cart.coupons.map((coupon) => (
            <AppliedCoupon key={coupon.code} cartId={cart.id} coupon={coupon} />
          ))}
        </ul>
      )}
      <CouponForm cartId={cart.id} />
    </section>
  );
}

interface AppliedCouponProps {
  readonly cartId: string;
  readonly coupon: CartFieldsFragment['coupons'][number];
}

function AppliedCoupon({ cartId, coupon }: AppliedCouponProps) {
  const { commands } = useCart();
  const intend = useIntent();
  const { code, description, eligible, reason, discount } = coupon;
  return (
    <li className="coupon" data-eligible={eligible}>
      <div>
        <Badge tone={eligible ? 'good' : 'warm'}>
          <bdi>{code}</bdi>
        </Badge>{' '}
        <bdi>{description}</bdi>
        {!eligible && <p className="verdict">{reason ?? words.notEligible}</p>}
      </div>
      <span className="numbers">{eligible && `−${money(discount)}`}</span>
      <IconButton
        icon="close"
        label={words.removeCoupon(code)}
        onClick={() => void intend(commands.removeCoupon(cartId, code))}
      />
    </li>
  );
}

function CouponForm({ cartId }: { readonly cartId: string }) {
  const { commands } = useCart();
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const apply = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const rejection = await commands.applyCoupon(cartId, code.trim());
      if (rejection === null) {
        setCode('');
      } else {
        setFault(rejection.message);
      }
    } catch (error) {
      setFault(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (code.trim() !== '' && !isBusy) void apply();
  };
  return (
    <form className="coupon-form" onSubmit={onSubmit}>
      <TextField
        label={words.coupon}
        {...(isPageShown('playground') && { hint: words.couponHint })}
        fault={fault}
        value={code}
        onChange={(event) => {
          setCode(event.target.value);
          setFault(undefined);
        }}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={40}
      />
      <Button type="submit" busy={isBusy} icon="tag">
        {words.applyCoupon}
      </Button>
    </form>
  );
}
