// Other products with the same tag.
import { useQuery } from '@apollo/client/react';
import { ProductsDocument } from '../../../schema/generated/graphql.ts';
import { ProductCard } from '../shop/product-card.tsx';
import { texts } from '../texts.ts';

const shownProducts = 4;

export function RelatedProducts({ sku, tag }: { readonly sku: string; readonly tag: string }) {
  const { data } = useQuery(ProductsDocument, {
    // One more, as the product itself can be among them.
    variables: { first: shownProducts + 1, filter: { tags: [tag] } },
  });
  const products = (data?.products.edges ?? [])
    .map(({ node }) => node)
    .filter((product) => product.sku !== sku)
    .slice(0, shownProducts);
  if (products.length === 0) return null;
  return (
    <section className="related stack">
      <h2>{texts.product.related}</h2>
      <ul className="product-grid">
        {products.map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </ul>
    </section>
  );
}
