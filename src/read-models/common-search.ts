// A page of a search that finds very many products. To weigh the words of each would take longer
// than all else, so the order is coarser: the article number that was asked for, the products that
// have all words in their name or number, the others; each by article number, as an index has them.
import { spelledSku } from '../domain/text.js';
import { catalogueTable } from './catalogue-table.js';
import type { Value } from './database.js';
import type { ProductPlace, ProductsQuestion, ProductsStatement } from './product-pages.js';
import { wantedProducts } from './wanted-products.js';
import type { WordQuestion, WordSearch } from './word-search.js';

/** Places in this order are positive numbers; those by weight never are. */
const TIERS = { exact: 1, named: 2, others: 3 } as const;
type Tier = keyof typeof TIERS;
const inOrder = ['exact', 'named', 'others'] as const satisfies readonly Tier[];

export function isCommonPlace({ sortedBy }: ProductPlace): boolean {
  return typeof sortedBy === 'number' && sortedBy > 0;
}

export class CommonPageStatement implements ProductsStatement {
  readonly params: Value[] = [];

  constructor(
    private readonly question: ProductsQuestion,
    private readonly sought: WordQuestion,
    private readonly search: WordSearch,
  ) {}

  readonly sql = (table: string): string => {
    this.params.length = 0;
    const { isFromEnd = false, after, before, size } = this.question;
    const direction = isFromEnd ? 'DESC' : 'ASC';
    const conditions = this.conditions(table);
    const [start, end] = isFromEnd ? [before, after] : [after, before];
    const [beyondStart, beyondEnd] = isFromEnd ? (['<', '>'] as const) : (['>', '<'] as const);
    const most = this.param(size + 1);
    const wanted = (tier: Tier) =>
      [
        conditions[tier],
        this.bound(tier, start, beyondStart),
        this.bound(tier, end, beyondEnd),
      ].join(' AND ');
    // A tier is read as far as those before it leave room on the page.
    const tiers = isFromEnd ? inOrder.toReversed() : inOrder;
    const parts = tiers.map((tier, index) => {
      const room = tiers.slice(0, index).map((filled) => ` - (SELECT count(*) FROM ${filled})`);
      return `${tier} AS MATERIALIZED (SELECT sku, ${TIERS[tier]} AS place FROM ${table}
        WHERE ${wanted(tier)} ORDER BY sku ${direction}
        LIMIT ${index === 0 ? most : `(SELECT ${most}${room.join('')})`})`;
    });
    const isBeyond = tiers.map(
      (tier) => `EXISTS (SELECT 1 FROM ${table}
        WHERE ${conditions[tier]} AND NOT ${this.bound(tier, start, beyondStart)})`,
    );
    return `
      WITH ${parts.join(', ')},
      page AS (${tiers.map((tier) => `SELECT sku, place FROM ${tier}`).join(' UNION ALL ')})
      SELECT (${conditions.total}) AS total,
        ${start == null ? '0' : `(${isBeyond.join(' OR ')})`} AS beyond,
        page.sku, page.place, ${table}.state,
        EXISTS (SELECT 1 FROM skipped_event WHERE stream = 'product-' || page.sku
                AND kind <> 'UNKNOWN_TYPE') AS doubtful
      FROM (SELECT 1 AS one) always LEFT JOIN page ON true
      LEFT JOIN ${table} ON ${table}.sku = page.sku
      ORDER BY page.place ${direction}, page.sku ${direction}`;
  };

  private conditions(table: string): Readonly<Record<Tier | 'total', string>> {
    const { question, sought, search } = this;
    const wanted = wantedProducts(question, table, (value) => this.param(value));
    const asked = spelledSku(question.search ?? '');
    const forms = [asked, asked.toUpperCase(), asked.toLowerCase()].map((form) => this.param(form));
    const isExact = `${table}.sku IN (${forms.join(', ')})`;
    const asksFor = (where: 'any' | 'first') =>
      this.param(search.question(sought, catalogueTable, where));
    const [anywhere, inName] = [asksFor('any'), asksFor('first')];
    const [isFound, isNamed] = [search.isMatch(table, anywhere), search.isMatch(table, inName)];
    const all = (...conditions: string[]) => [...wanted, ...conditions].join(' AND ');
    // An article number is among the words of its product.
    const facets = sought.facets.map(
      (facet) => `(' ' || ${table}.facets || ' ') LIKE ${this.param(`% ${facet} %`)}`,
    );
    return {
      exact: all(isExact, ...facets),
      named: all(`NOT ${isExact}`, isNamed),
      others: all(`NOT ${isExact}`, isFound, `NOT ${isNamed}`),
      total: search.countOf(table, anywhere, wanted),
    };
  }

  private bound(tier: Tier, place: ProductPlace | null | undefined, comparison: '<' | '>'): string {
    if (place == null) return '(1 = 1)';
    const distance = TIERS[tier] - Number(place.sortedBy);
    if (distance === 0) return `(sku ${comparison} ${this.param(place.sku)})`;
    return distance > 0 === (comparison === '>') ? '(1 = 1)' : '(1 = 0)';
  }

  private param(value: Value): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }
}
