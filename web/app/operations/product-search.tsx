// The search above a list of products, and what the list shows.
import type { ReactNode } from 'react';
import { Button } from '../../design/button.tsx';
import { SearchField } from '../../design/field.tsx';
import { EmptyState } from '../../design/states.tsx';
import { counted } from '../format.ts';
import { lineOf } from '../line-of.ts';
import { texts } from '../texts.ts';
import { QueryState } from './query-state.tsx';
import { catalogueTexts } from './catalogue/texts.ts';
import { operationsTexts as words } from './texts.ts';
import type { AdministeredProduct, useProducts } from './use-products.ts';

interface ProductListProps {
  readonly found: ReturnType<typeof useProducts>;
  /** Beside the search. */
  readonly filter?: ReactNode;
  readonly children: (product: AdministeredProduct) => ReactNode;
}

export function ProductList({ found, filter, children }: ProductListProps) {
  const { search, setSearch, products, totalCount, error, loading, refetch, more } = found;
  return (
    <div className="stack">
      <div className="product-filters">
        <SearchField
          label={words.searchProducts}
          value={search}
          onChange={(event) => setSearch(lineOf(event.target.value))}
          maxLength={200}
        />
        {filter}
      </div>
      <p className="soft" role="status">
        {products !== undefined && counted(totalCount, texts.shop.found)}
      </p>
      {products === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <Products products={products} found={found}>
          {children}
        </Products>
      )}
      {more !== undefined && (
        <Button busy={loading} onClick={more}>
          {texts.shop.more}
        </Button>
      )}
    </div>
  );
}

interface ProductsProps extends Pick<ProductListProps, 'found' | 'children'> {
  readonly products: readonly AdministeredProduct[];
}

function Products({ products, found: { sale, search, loading }, children }: ProductsProps) {
  if (products.length === 0) {
    const { noneWithdrawnTitle, noneWithdrawn } = catalogueTexts;
    return sale === 'WITHDRAWN' && search === '' ? (
      <EmptyState icon="tag" title={noneWithdrawnTitle}>
        {noneWithdrawn}
      </EmptyState>
    ) : (
      <EmptyState icon="search" title={texts.shop.noneTitle}>
        {words.noProduct}
      </EmptyState>
    );
  }
  return (
    <ul className="administered" aria-busy={loading}>
      {products.map((product) => (
        <li key={product.id}>
          <span className="what">
            <strong>
              <bdi>{product.name}</bdi>
            </strong>
            <code className="soft">
              <bdi>{product.sku}</bdi>
            </code>
          </span>
          {children(product)}
        </li>
      ))}
    </ul>
  );
}
