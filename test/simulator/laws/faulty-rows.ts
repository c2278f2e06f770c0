// What faults leave in read models and caches, by the law that must see it.
import type { Row } from '../../../src/read-models/table.js';
import { type Alteration, committing, storing } from './alterations.js';

const rowsChanged =
  (change: (row: Row) => Row) =>
  (rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> =>
    new Map([...rows].map(([key, row]) => [key, change(row)]));

const without = (rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> =>
  new Map([...rows].slice(1));

const none = (): ReadonlyMap<string, Row> => new Map();

const withStranger = (rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> =>
  new Map([...rows, ['stranger', {}]]);

const commitLost: Alteration = (evidence) => {
  const index = evidence.commits.findLastIndex(({ isAll }) => isAll);
  const commit = evidence.commits[index];
  if (commit === undefined) return undefined;
  const generation = { ...commit.generation, checkpoint: -1n };
  return { ...evidence, commits: [{ ...commit, generation, rows: new Map() }] };
};

const caching =
  (change: { readonly revision?: number; readonly state?: unknown }): Alteration =>
  (evidence) => {
    const [first, ...others] = evidence.caches;
    if (first === undefined) return undefined;
    const revision = first.revision + (change.revision ?? 0);
    return { ...evidence, caches: [{ ...first, ...change, revision }, ...others] };
  };

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'rows are folds': {
    'the checkpoint is committed without the rows': committing('cart', none),
    'a row is a penny off': committing(
      'cart',
      rowsChanged((row) => ({ ...row, total: Number(row['total']) + 1 })),
    ),
    'a row is of nothing in the log': committing('order-summary', withStranger),
    'a row is missing at the end': committing('catalogue', without, { isAll: true }),
    'a sum counts an event twice': committing(
      'revenue-by-day',
      rowsChanged((row) => ({ ...row, orders: Number(row['orders']) + 1 })),
    ),
  },
  'money is kept': {
    'revenue appears': committing(
      'revenue-by-day',
      rowsChanged((row) => ({ ...row, revenue: String(BigInt(String(row['revenue'])) + 1n) })),
      { isAll: true },
    ),
    'revenue vanishes': committing('revenue-by-day', without, { isAll: true }),
    'an order vanishes': committing('order-summary', without, { isAll: true }),
    'a sale vanishes': committing('order-sales', without, { isAll: true }),
    'the parts of a cart do not sum to its total': (evidence) => {
      const index = evidence.history.findLastIndex(
        (record) =>
          record.kind === 'replied' &&
          record.reply.kind === 'accepted' &&
          (record.reply.cart?.totals.total ?? 0) > 0,
      );
      const record = evidence.history[index];
      if (record?.kind !== 'replied' || record.reply.kind !== 'accepted') return undefined;
      const cart = record.reply.cart!;
      const reply = { ...record.reply, cart: { ...cart, lines: [] } };
      return { ...evidence, history: evidence.history.with(index, { ...record, reply }) };
    },
  },
  'caches are true': {
    'a cache survives an append that was lost': caching({ revision: 1 }),
    'a cache holds something else': caching({ state: { status: 'OPEN' } }),
  },
  'alive again': {
    'a read model stays behind': commitLost,
    'a checkout has no order': storing((event) =>
      event.type === 'OrderPlaced' ? null : undefined,
    ),
  },
};
