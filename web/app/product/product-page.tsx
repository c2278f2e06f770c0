// One product.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
import { Button } from '../../design/button.tsx';
import { Icon } from '../../design/icons.tsx';
import { Badge, ErrorState, Skeleton } from '../../design/states.tsx';
import { Stepper } from '../../design/stepper.tsx';
import { ProductDocument, type ProductFieldsFragment } from '../../../schema/generated/graphql.ts';
import { isOfNothing, wordsOf } from '../faults.ts';
import { money, number } from '../format.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { useTitle } from '../shell/use-title.ts';
import { useAddToCart } from '../shop/use-add-to-cart.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { RelatedProducts } from './related-products.tsx';
import { ProductPicture } from './product-picture.tsx';
import { availabilityOf } from './availability.ts';
import './product.css';

const words = texts.product;

export default function ProductPage() {
  const { sku = '' } = useParams();
  const { data, loading, error, refetch } = useQuery(ProductDocument, { variables: { sku } });
  const product = data?.product;
  useTitle(product ? shownName(product.name) : undefined);
  if (product) return <ProductView key={sku} product={product} />;
  if (loading) return <ProductSkeleton />;
  if (error !== undefined && !isOfNothing(error)) {
    return (
      <ErrorState
        isPage
        title={texts.faults.loadTitle}
        retryLabel={texts.retry}
        onRetry={() => void refetch()}
      >
        {wordsOf(error)}
      </ErrorState>
    );
  }
  return <NotFoundPage title={words.missingTitle} words={words.missing} />;
}

function ProductView({ product }: { readonly product: ProductFieldsFragment }) {
  const { sku, price, description, tags } = product;
  const name = shownName(product.name);
  return (
    <div className="page">
      <Link to="/" className="quiet-link back">
        {words.back}
      </Link>
      <article className="product">
        <ProductPicture product={product} />
        <div className="stack loose">
          <div className="stack tight">
            <h1>
              <bdi>{name}</bdi>
            </h1>
            <p className="product-price numbers">{money(price)}</p>
          </div>
          {description !== null && <p className="description">{description}</p>}
          <Purchase product={product} name={name} />
          <dl className="facts">
            <dt>{words.number}</dt>
            <dd className="mono">{sku}</dd>
            {tags.length > 0 && (
              <>
                <dt>{words.tags}</dt>
                <dd className="row tags">
                  {tags.map((tag) => (
                    <Link key={tag} to={`/?tag=${encodeURIComponent(tag)}`}>
                      <Badge>{tag}</Badge>
                    </Link>
                  ))}
                </dd>
              </>
            )}
          </dl>
        </div>
      </article>
      {tags[0] !== undefined && <RelatedProducts sku={sku} tag={tags[0]} />}
    </div>
  );
}

function Purchase({ product, name }: { product: ProductFieldsFragment; name: string }) {
  const { cart } = useCart();
  const { add, isBusy } = useAddToCart();
  const [quantity, setQuantity] = useState(1);
  const { maximum, text, tone } = availabilityOf(product);
  const held = cart?.lines.find((line) => line.sku === product.sku)?.quantity ?? 0;
  return (
    <div className="panel stack">
      <div className="row apart">
        <Badge tone={tone} dot>
          {text}
        </Badge>
        {held > 0 && <span className="held">{texts.shop.inCart(number(held))}</span>}
      </div>
      <div className="row purchase">
        <Stepper
          value={quantity}
          minimum={1}
          maximum={Math.max(1, maximum)}
          labels={{ value: words.quantity, less: words.less, more: words.more }}
          onChange={setQuantity}
        />
        <Button
          look="primary"
          size="large"
          icon="cart"
          busy={isBusy}
          disabled={maximum === 0}
          onClick={() => void add(product, quantity)}
        >
          {texts.shop.add}
          <span className="visually-hidden">: {name}</span>
        </Button>
      </div>
      <p className="soft small promise">
        <Icon name="history" size={16} />
        {words.promise}
      </p>
    </div>
  );
}

function ProductSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <div className="product">
        <Skeleton height="24rem" />
        <div className="stack">
          <Skeleton height="2.5rem" />
          <Skeleton width="8rem" height="2rem" />
          <Skeleton height="10rem" />
        </div>
      </div>
    </div>
  );
}
