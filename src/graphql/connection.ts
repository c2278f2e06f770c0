// Converts a page of rows to a connection, after the Relay cursor connections specification.
import type { Page } from './services.js';
import type { PageInfo } from './types/page-info.js';

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

export function connection<Row, Node>(
  { totalCount, ...page }: Page<Row>,
  nodeOf: (row: Row) => Node,
  cursorOf: (row: Row) => string,
): Connection<Node> {
  return { ...uncounted(page, nodeOf, cursorOf), totalCount };
}

/** As `connection`, where the rows of all pages are counted only on request. */
export function uncounted<Row, Node>(
  { rows, hasNextPage, hasPreviousPage }: Omit<Page<Row>, 'totalCount'>,
  nodeOf: (row: Row) => Node,
  cursorOf: (row: Row) => string,
): Omit<Connection<Node>, 'totalCount'> {
  const edges = rows.map((row) => ({ cursor: cursorOf(row), node: nodeOf(row) }));
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor },
  };
}
