// What a search found: a page of a table with the ways to the others, or why there is none.
import type { ErrorLike } from '@apollo/client';
import type { ReactNode } from 'react';
import { type Column, Table } from '../../../design/table.tsx';
import { QueryState } from '../query-state.tsx';
import { type PageFacts, type PagePlace, Pager } from './pager.tsx';

interface FoundListProps<Row> {
  /** Undefined before the first answer, and after a fault. */
  readonly found: FoundPage<Row> | undefined;
  readonly query: {
    readonly loading: boolean;
    readonly error?: ErrorLike | undefined;
    readonly refetch: () => Promise<unknown>;
  };
  readonly size: number;
  readonly onTurn: (place: PagePlace) => void;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** Shown where nothing was found. */
  readonly nothing: ReactNode;
}

interface FoundPage<Row> {
  readonly nodes: readonly Row[];
  readonly totalCount: number;
  readonly pageInfo: PageFacts;
}

export function FoundList<Row extends { readonly id: string }>({
  found,
  query: { loading, error, refetch },
  size,
  onTurn,
  caption,
  columns,
  nothing,
}: FoundListProps<Row>) {
  if (found === undefined) return <QueryState error={error} onRetry={() => void refetch()} />;
  const { nodes, totalCount, pageInfo } = found;
  if (totalCount === 0) return nothing;
  return (
    <div className="stack" aria-busy={loading}>
      <Pager {...{ size, totalCount, pageInfo, onTurn }} busy={loading} />
      <Table stacks caption={caption} columns={columns} rows={nodes} keyOf={({ id }) => id} />
    </div>
  );
}
