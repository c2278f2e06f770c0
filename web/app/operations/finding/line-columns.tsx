// The lines of a cart or an order, as staff see them.
import type { MoneyFieldsFragment } from '../../../../schema/generated/graphql.ts';
import type { Column } from '../../../design/table.tsx';
import { money, number } from '../../format.ts';
import { shownName } from '../../shown-name.ts';
import { findingTexts } from './texts.ts';

const { line: heads } = findingTexts.carts;

interface ShownLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: MoneyFieldsFragment;
  readonly total: MoneyFieldsFragment;
}

export const lineColumns: readonly Column<ShownLine>[] = [
  {
    key: 'product',
    head: heads.product,
    cell: ({ sku, name }) => (
      <>
        <bdi>{shownName(name)}</bdi>
        <br />
        <code className="soft">
          <bdi>{sku}</bdi>
        </code>
      </>
    ),
  },
  { key: 'quantity', head: heads.quantity, amount: true, cell: ({ quantity }) => number(quantity) },
  { key: 'price', head: heads.price, amount: true, cell: ({ unitPrice }) => money(unitPrice) },
  { key: 'total', head: heads.total, amount: true, cell: ({ total }) => money(total) },
];
