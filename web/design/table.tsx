// A table that scrolls sideways in its own frame, by keyboard too.
import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  readonly amount?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly hideCaption?: boolean;
  /** On a phone each row is a block of its own, so that nothing has to be scrolled sideways. */
  readonly stacks?: boolean;
}

export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  hideCaption = true,
  stacks = false,
}: TableProps<Row>) {
  return (
    <div className="table-frame" role="region" aria-label={caption} tabIndex={0}>
      <table className={stacks ? 'table stacks' : 'table'} role="table">
        <caption className={hideCaption ? 'visually-hidden' : undefined}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, head, amount }) => (
              <th
                key={key}
                scope="col"
                role="columnheader"
                className={amount ? 'amount' : undefined}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({ key, head, cell, amount }) => (
                <td
                  key={key}
                  role="cell"
                  data-head={head}
                  className={amount ? 'amount' : undefined}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
