// The questions about the catalogue: products found by their words, in an order, page by page. Each
// page is one statement, so that it and its counts are of one moment.
import { soughtWords, tagWord } from '../domain/catalog/words.js';
import { initialProduct, type ProductState } from '../domain/catalog/state.js';
import { catalogueTable } from './catalogue-table.js';
import { CommonPageStatement, isCommonPlace } from './common-search.js';
import type { Value } from './database.js';
import { parsed } from './stored-rows.js';
import { wantedProducts } from './wanted-products.js';
import type { WordQuestion, WordSearch } from './word-search.js';

export type ProductOrder = 'RELEVANCE' | 'SKU' | 'NAME' | 'PRICE' | 'PRICE_DESCENDING' | 'NEWEST';

/** A product's place in an order: what is sorted by, and the sku where that is equal. */
export interface ProductPlace {
  readonly sortedBy: string | number;
  readonly sku: string;
}

export interface PriceRange {
  readonly currency: string;
  /** In minor units; null for no limit. */
  readonly least: number | null;
  readonly most: number | null;
}

export interface ProductsQuestion {
  /** Null for all products. */
  readonly search: string | null;
  /** A product must have all of them. */
  readonly tags?: readonly string[];
  readonly price?: PriceRange | null;
  /** Default: those on sale. */
  readonly sale?: 'LISTED' | 'DELISTED' | 'ANY';
  /** Default: RELEVANCE for a search, else SKU. */
  readonly order?: ProductOrder;
  readonly size: number;
  /** The last of the products instead of the first. */
  readonly isFromEnd?: boolean;
  readonly after?: ProductPlace | null;
  readonly before?: ProductPlace | null;
  /** A search that finds so many products does not weigh their words. Default: 10,000. */
  readonly commonFrom?: number;
}

export interface FoundProduct {
  readonly place: ProductPlace;
  readonly state: ProductState;
  /** Whether it may say something else than the log; see `isDoubtful`. */
  readonly isDoubtful: boolean;
}

export interface ProductPage {
  readonly rows: readonly FoundProduct[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A statement on the live table of the catalogue. */
export interface ProductsStatement {
  readonly sql: (table: string) => string;
  readonly params: readonly Value[];
}

interface StoredPage {
  readonly total: number;
  /** 1 or 0. */
  readonly beyond: number;
  /** Null, as are the others, where the page has no product. */
  readonly sku: string | null;
  readonly place: string | number | null;
  readonly state: string | null;
  readonly doubtful: number;
}

const emptyPage: ProductPage = {
  rows: [],
  totalCount: 0,
  hasNextPage: false,
  hasPreviousPage: false,
};

/** Above every rank: an article number that is asked for comes first. */
const EXACT = -1_000_000;

interface SortedBy {
  readonly column: string;
  readonly isDescending?: boolean;
}

const columns: Readonly<Record<Exclude<ProductOrder, 'RELEVANCE'>, SortedBy>> = {
  SKU: { column: 'sku' },
  NAME: { column: 'by_name' },
  PRICE: { column: 'price' },
  PRICE_DESCENDING: { column: 'price', isDescending: true },
  NEWEST: { column: 'first_listed_at', isDescending: true },
};

export function orderOf({ search, order }: ProductsQuestion): ProductOrder {
  const isSearch = search !== null;
  if (order === undefined) return isSearch ? 'RELEVANCE' : 'SKU';
  // Without a search every product is as relevant as any other.
  return order === 'RELEVANCE' && !isSearch ? 'SKU' : order;
}

/** To weigh each of so many products takes longer than the rest of a search. */
const COMMON_FROM = 10_000;

/** Answers a question with a statement for the page, which `ask` runs. */
export async function productPage(
  question: ProductsQuestion,
  search: WordSearch,
  ask: (statement: ProductsStatement) => Promise<readonly object[]>,
): Promise<ProductPage> {
  const sought = soughtIn(question);
  if (sought === 'nothing') return emptyPage;
  const isCommon = sought !== null && (await isCommonSearch(question, sought, search, ask));
  const statement = isCommon
    ? new CommonPageStatement(question, sought, search)
    : new PageStatement(question, sought, search);
  return pageOf(question, (await ask(statement)) as readonly StoredPage[]);
}

/** A page goes on in the order of the one before it, whatever the catalogue has become. */
async function isCommonSearch(
  question: ProductsQuestion,
  sought: WordQuestion,
  search: WordSearch,
  ask: (statement: ProductsStatement) => Promise<readonly object[]>,
): Promise<boolean> {
  if (orderOf(question) !== 'RELEVANCE') return false;
  const place = question.after ?? question.before;
  if (place != null) return isCommonPlace(place);
  const { commonFrom = COMMON_FROM } = question;
  const [counted] = (await ask({
    sql: (table) => search.countUpTo(table, commonFrom),
    params: [search.question(sought, catalogueTable)],
  })) as readonly { readonly found: number }[];
  return (counted?.found ?? 0) >= commonFrom;
}

/** A search without a letter or digit finds nothing. */
function soughtIn({ search, tags = [] }: ProductsQuestion): WordQuestion | null | 'nothing' {
  const words = soughtWords(search ?? '');
  if (search !== null && words.length === 0) return 'nothing';
  const facets = tags.map(tagWord);
  return words.length + facets.length === 0 ? null : { words, facets };
}

function pageOf({ size, isFromEnd = false }: ProductsQuestion, stored: readonly StoredPage[]) {
  const found = stored.flatMap(({ sku, place, state, doubtful }): FoundProduct[] =>
    sku === null || place === null || state === null
      ? []
      : [{ place: { sortedBy: place, sku }, state: productOf(state), isDoubtful: doubtful === 1 }],
  );
  const rows = found.slice(0, size);
  const isMore = found.length > size;
  const isBeyond = (stored[0]?.beyond ?? 0) > 0;
  return {
    rows: isFromEnd ? rows.reverse() : rows,
    totalCount: stored[0]?.total ?? 0,
    hasNextPage: isFromEnd ? isBeyond : isMore,
    hasPreviousPage: isFromEnd ? isMore : isBeyond,
  };
}

/** Rows of an earlier release lack what products have got since. */
export function productOf(state: unknown): ProductState {
  return { ...initialProduct, ...(parsed(state) as Partial<ProductState>) };
}

class PageStatement implements ProductsStatement {
  readonly params: Value[] = [];
  private readonly order: ProductOrder;

  constructor(
    private readonly question: ProductsQuestion,
    private readonly sought: WordQuestion | null,
    private readonly search: WordSearch,
  ) {
    this.order = orderOf(question);
  }

  readonly sql = (table: string): string => {
    this.params.length = 0;
    const { question, sought } = this;
    const isDescending = (columns[this.column()].isDescending ?? false) !== this.isFromEnd;
    const direction = isDescending ? 'DESC' : 'ASC';
    // The rows that an index of words finds are sorted once; other orders have an index to follow.
    const kept = sought === null ? 'NOT MATERIALIZED' : 'MATERIALIZED';
    const sortedBy = this.sortedBy(table);
    const found = `SELECT ${table}.sku AS sku, ${sortedBy} AS place FROM ${table} ${this.filter(table)}`;
    const [start, end] = this.isFromEnd
      ? [question.before, question.after]
      : [question.after, question.before];
    const isAfterStart = this.bound(start, isDescending ? '<' : '>');
    const isBeforeEnd = this.bound(end, isDescending ? '>' : '<');
    return `
      WITH found AS ${kept} (${found}),
      page AS (SELECT sku, place FROM found WHERE ${isAfterStart} AND ${isBeforeEnd}
               ORDER BY place ${direction}, sku ${direction} LIMIT ${this.param(question.size + 1)})
      SELECT (SELECT count(*) FROM found) AS total,
        EXISTS (SELECT 1 FROM found WHERE NOT ${isAfterStart}) AS beyond,
        page.sku, page.place, ${table}.state,
        EXISTS (SELECT 1 FROM skipped_event WHERE stream = 'product-' || page.sku
                AND kind <> 'UNKNOWN_TYPE') AS doubtful
      FROM (SELECT 1 AS one) always LEFT JOIN page ON true
      LEFT JOIN ${table} ON ${table}.sku = page.sku
      ORDER BY page.place ${direction}, page.sku ${direction}`;
  };

  private get isFromEnd(): boolean {
    return this.question.isFromEnd ?? false;
  }

  private column(): Exclude<ProductOrder, 'RELEVANCE'> {
    return this.order === 'RELEVANCE' ? 'SKU' : this.order;
  }

  private sortedBy(table: string): string {
    if (this.order !== 'RELEVANCE') return `${table}.${columns[this.order].column}`;
    const asked = this.param((this.question.search ?? '').trim().toLowerCase());
    const question = this.sought ?? { words: [], facets: [] };
    const rank = this.search.rank(table, question, (text) => this.param(text));
    return `CASE WHEN lower(${table}.sku) = ${asked} THEN ${EXACT} ELSE ${rank} END`;
  }

  private filter(table: string): string {
    const wanted = wantedProducts(this.question, table, (value) => this.param(value));
    const where = wanted.length === 0 ? '' : `WHERE ${wanted.join(' AND ')}`;
    if (this.sought === null) return where;
    const question = this.search.question(this.sought, catalogueTable);
    return `${this.search.matching(table, this.param(question))} ${where}`;
  }

  private bound(place: ProductPlace | null | undefined, comparison: '<' | '>'): string {
    if (place == null) return '(1 = 1)';
    const { sortedBy, sku } = place;
    return `((place, sku) ${comparison} (${this.param(sortedBy)}, ${this.param(sku)}))`;
  }

  private param(value: Value): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }
}
