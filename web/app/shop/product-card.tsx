// A product in the catalogue.
import { Link } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
import { Button } from '../../design/button.tsx';
import { Skeleton } from '../../design/states.tsx';
import type { ProductFieldsFragment } from '../../../schema/generated/graphql.ts';
import { money, number } from '../format.ts';
import { availabilityOf } from '../product/availability.ts';
import { ProductPicture } from '../product/product-picture.tsx';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { useAddToCart } from './use-add-to-cart.ts';

const words = texts.shop;

export function ProductCard({ product }: { readonly product: ProductFieldsFragment }) {
  const { cart } = useCart();
  const { add, isBusy } = useAddToCart();
  const name = shownName(product.name);
  const { maximum, text, tone } = availabilityOf(product);
  const held = cart?.lines.find(({ sku }) => sku === product.sku)?.quantity ?? 0;
  return (
    <li className="product-card">
      <Link to={`/products/${encodeURIComponent(product.sku)}`} className="picture">
        <ProductPicture product={product} />
        <span className="name">
          <bdi title={name}>{name}</bdi>
        </span>
      </Link>
      <div className="foot">
        <span>
          <span className="price numbers">{money(product.price)}</span>
          {held > 0 ? (
            <span className="held">{words.inCart(number(held))}</span>
          ) : (
            tone !== 'good' && <span className={`stock ${tone}`}>{text}</span>
          )}
        </span>
        <Button
          size="small"
          icon="plus"
          busy={isBusy}
          disabled={maximum === 0}
          onClick={() => void add(product)}
        >
          {words.add}
          <span className="visually-hidden">: {name}</span>
        </Button>
      </div>
    </li>
  );
}

export function ProductCardSkeleton() {
  return (
    <li className="product-card" aria-hidden="true">
      <Skeleton height="11rem" />
      <div className="foot">
        <Skeleton width="4rem" height="1.5rem" />
        <Skeleton width="6rem" height="2rem" />
      </div>
    </li>
  );
}
