// What of the catalogue is shown: search, tag and order. It stands in the address, so that it can be
// shared, and going back brings it back.
import { useSearchParams } from 'react-router';
import type { ProductSort, ProductsQueryVariables } from '../../../schema/generated/graphql.ts';
import { lineOf } from '../line-of.ts';
import { parametersNow } from '../parameters-now.ts';
import { texts } from '../texts.ts';

export type ShownSort = keyof typeof texts.shop.sorts & ProductSort;
export const shownSorts = Object.keys(texts.shop.sorts) as ShownSort[];

export interface CatalogueView {
  readonly search: string;
  readonly tag: string | null;
  readonly sort: ShownSort;
  readonly variables: Pick<ProductsQueryVariables, 'search' | 'sort' | 'filter'>;
  readonly show: (change: { search?: string; tag?: string | null; sort?: ShownSort }) => void;
}

/** What else stands in an address is no tag of any product. */
const tagPattern = /^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/;

function shownBy(parameters: URLSearchParams): Pick<CatalogueView, 'search' | 'tag' | 'sort'> {
  const wanted = parameters.get('sort');
  const tag = parameters.get('tag');
  return {
    search: lineOf(parameters.get('q') ?? '').trim(),
    tag: tag !== null && tagPattern.test(tag) ? tag : null,
    sort: shownSorts.find((name) => name === wanted) ?? 'RELEVANCE',
  };
}

export function useCatalogueView(): CatalogueView {
  const [parameters, setParameters] = useSearchParams();
  const { search, tag, sort } = shownBy(parameters);
  const show: CatalogueView['show'] = (change) => {
    const next = { ...shownBy(parametersNow()), ...change };
    const entries = {
      ...(next.search !== '' && { q: next.search }),
      ...(next.tag !== null && { tag: next.tag }),
      ...(next.sort !== 'RELEVANCE' && { sort: next.sort }),
    };
    setParameters(entries, { replace: change.search !== undefined, preventScrollReset: true });
  };
  const variables = {
    ...(search !== '' && { search }),
    ...(tag !== null && { filter: { tags: [tag] } }),
    // Without a search there is no match to rank.
    ...(sort !== 'RELEVANCE' && { sort }),
  };
  return { search, tag, sort, variables, show };
}
