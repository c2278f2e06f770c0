// The table of the catalogue, which its projection fills and the questions about products read.
import type { TableDefinition } from './table.js';

export const catalogueTable = {
  key: 'sku',
  columns: {
    sku: 'text',
    listed: 'integer',
    /** The beginning of the name's words, to sort by. */
    by_name: 'text',
    /** In minor units of `currency`. */
    price: 'integer',
    currency: 'text',
    first_listed_at: 'integer',
    /** When the next planned price holds; null for none. */
    next_price_at: 'integer',
    // The words that a search compares, divided by spaces: of the article number and the name, …
    title_words: 'text',
    tag_words: 'text',
    description_words: 'text',
    /** Tags as whole words, to filter by. */
    facets: 'text',
    state: 'json',
  },
  indexes: [
    ['listed', 'sku'],
    ['listed', 'by_name', 'sku'],
    ['listed', 'price', 'sku'],
    ['listed', 'first_listed_at', 'sku'],
    ['next_price_at'],
  ],
  searched: ['title_words', 'tag_words', 'description_words', 'facets'],
} as const satisfies TableDefinition;
