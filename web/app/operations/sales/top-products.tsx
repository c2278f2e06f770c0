// The products that sold best, by revenue or by units: a table whose bars compare them.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  TopProductsDocument,
  type ReportPeriod,
  type TopProductsQuery,
} from '../../../../schema/generated/graphql.ts';
import { Notice } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import { money, number } from '../../format.ts';
import { shownName } from '../../shown-name.ts';
import { QueryState } from '../query-state.tsx';
import { Section, Switch } from './section.tsx';
import { salesTexts } from './texts.ts';

const words = salesTexts.products;
type Product = TopProductsQuery['topProducts'][number];
type Rank = keyof typeof words.ranks;

const weightOf = (product: Product, by: Rank): number =>
  Math.max(0, by === 'UNITS' ? product.units : Number(product.revenue.decimal));

interface TopProductsProps {
  readonly period: ReportPeriod;
  readonly currency: string;
}

export function TopProducts({ period, currency }: TopProductsProps) {
  const [by, setBy] = useState<Rank>('REVENUE');
  const { data, previousData, error, refetch } = useQuery(TopProductsDocument, {
    variables: { period, currency, by },
  });
  const products = (data ?? previousData)?.topProducts;
  return (
    <Section
      title={words.title}
      actions={<Switch label={words.by} options={words.ranks} value={by} onChange={setBy} />}
    >
      {products === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : products.length === 0 ? (
        <Notice icon="tag">{words.none}</Notice>
      ) : (
        <Products products={products} by={by} />
      )}
    </Section>
  );
}

function Products({ products, by }: { readonly products: readonly Product[]; readonly by: Rank }) {
  const most = Math.max(...products.map((product) => weightOf(product, by)));
  const { columns } = salesTexts;
  return (
    <Table
      caption={words.title}
      rows={products}
      keyOf={({ sku }) => sku}
      columns={[
        {
          key: 'product',
          head: words.product,
          cell: (product) => (
            <span className="sold-product">
              <Link to={`/products/${encodeURIComponent(product.sku)}`}>
                <bdi>{shownName(product.name)}</bdi>
              </Link>
              <span className="sold-bar" aria-hidden="true">
                <span
                  style={{ width: `${most === 0 ? 0 : (weightOf(product, by) / most) * 100}%` }}
                />
              </span>
            </span>
          ),
        },
        {
          key: 'revenue',
          head: columns.revenue,
          amount: true,
          cell: ({ revenue }) => money(revenue),
        },
        { key: 'units', head: columns.units, amount: true, cell: ({ units }) => number(units) },
        {
          key: 'orders',
          head: columns.orders,
          amount: true,
          cell: ({ orders }) => number(orders),
        },
      ]}
    />
  );
}
