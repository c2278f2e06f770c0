// The catalogue: search, cards, and the introduction for who is here for the first time.
import { useQuery } from '@apollo/client/react';
import { Button } from '../../design/button.tsx';
import { EmptyState, ErrorState } from '../../design/states.tsx';
import { ProductsDocument } from '../../../schema/generated/graphql.ts';
import { wordsOf } from '../faults.ts';
import { number } from '../format.ts';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { CatalogueHead } from './catalogue-head.tsx';
import { Introduction } from './introduction.tsx';
import { ProductCard, ProductCardSkeleton } from './product-card.tsx';
import { type CatalogueView, useCatalogueView } from './use-catalogue-view.ts';

const words = texts.shop;
const pageSize = 24;

export default function ShopPage() {
  useTitle();
  return (
    <>
      <Introduction />
      <section className="page" id="products" aria-label={words.title}>
        <Products view={useCatalogueView()} />
      </section>
    </>
  );
}

function Products({ view }: { readonly view: CatalogueView }) {
  const { data, previousData, loading, error, fetchMore, refetch } = useQuery(ProductsDocument, {
    variables: { first: pageSize, ...view.variables },
    notifyOnNetworkStatusChange: true,
  });
  const shown = data?.products ?? (loading ? previousData?.products : undefined);
  return (
    <div className="stack loose">
      <CatalogueHead view={view} totalCount={shown?.totalCount} />
      {error !== undefined && shown === undefined ? (
        <ErrorState
          title={texts.faults.loadTitle}
          retryLabel={texts.retry}
          onRetry={() => void refetch()}
        >
          {wordsOf(error)}
        </ErrorState>
      ) : shown?.totalCount === 0 ? (
        <NoProducts view={view} />
      ) : (
        <ul className="product-grid" aria-busy={loading}>
          {shown?.edges.map(({ node }) => <ProductCard key={node.id} product={node} />) ??
            Array.from({ length: 8 }, (_, place) => <ProductCardSkeleton key={place} />)}
        </ul>
      )}
      {shown?.pageInfo.hasNextPage && (
        <div className="more">
          <Button
            busy={loading}
            onClick={() => void fetchMore({ variables: { after: shown.pageInfo.endCursor } })}
          >
            {words.more}
          </Button>
          <span className="soft">
            {words.shownOf(number(shown.edges.length), number(shown.totalCount))}
          </span>
        </div>
      )}
    </div>
  );
}

function NoProducts({ view }: { readonly view: CatalogueView }) {
  const { search, tag, show } = view;
  if (search === '' && tag === null) {
    return (
      <EmptyState icon="tag" title={words.emptyTitle}>
        {words.empty}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="search"
      title={words.noneTitle}
      actions={<Button onClick={() => show({ search: '', tag: null })}>{words.showAll}</Button>}
    >
      {words.none(search === '' ? (tag ?? '') : search)}
    </EmptyState>
  );
}
