// The lines of the cart, each with its quantity.
import type { MouseEvent } from 'react';
import { Link } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
import { IconButton } from '../../design/button.tsx';
import { Stepper } from '../../design/stepper.tsx';
import { useToast } from '../../design/toast.tsx';
import type { CartFieldsFragment } from '../../../schema/generated/graphql.ts';
import { Artwork } from '../artwork/artwork.tsx';
import { money } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { useCartDrawer } from './drawer-context.ts';
import { useIntent } from './use-intent.ts';

const words = texts.cart;
/** The service's own limit is a setting; it refuses what is above it. */
const maximumQuantity = 100_000;

export function CartLines({ cart }: { readonly cart: CartFieldsFragment }) {
  return (
    <ul className="cart-lines">
      {cart.lines.map((line) => (
        <CartLine key={line.sku} cartId={cart.id} line={line} />
      ))}
    </ul>
  );
}

interface CartLineProps {
  readonly cartId: string;
  readonly line: CartFieldsFragment['lines'][number];
}

function CartLine({ cartId, line }: CartLineProps) {
  const { commands } = useCart();
  const { close } = useCartDrawer();
  const intend = useIntent();
  const name = shownName(line.name);
  const toast = useToast();
  const { sku, quantity, unitPrice, discount, total } = line;
  // The second click of two hits the next line, which has moved up.
  const once = ({ detail }: MouseEvent) => {
    if (detail < 2) void remove();
  };
  const remove = async () => {
    if (!(await intend(commands.removeItem(cartId, sku)))) return;
    const run = () => void intend(commands.undo(cartId));
    toast({ text: words.removed(name), kind: 'removed', action: { label: words.undo, run } });
  };
  return (
    <li className="cart-line">
      <Link to={`/products/${encodeURIComponent(sku)}`} onClick={close} tabIndex={-1} aria-hidden>
        <Artwork sku={sku} />
      </Link>
      <div className="about">
        <Link to={`/products/${encodeURIComponent(sku)}`} onClick={close} className="name">
          <bdi>{name}</bdi>
        </Link>
        <span className="soft">{words.each(money(unitPrice))}</span>
        <Stepper
          value={quantity}
          maximum={maximumQuantity}
          labels={{
            value: words.quantityOf(name),
            less: words.lessOf(name),
            more: words.moreOf(name),
          }}
          onChange={(wanted) => void intend(commands.changeQuantity(cartId, sku, wanted))}
        />
      </div>
      <div className="price">
        <span className="numbers strong">{money(total)}</span>
        {discount.minorUnits > 0 && <span className="saved">{words.saved(money(discount))}</span>}
        <IconButton icon="trash" label={words.remove(name)} onClick={once} />
      </div>
    </li>
  );
}
