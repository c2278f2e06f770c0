// Converts a page of rows to a connection, after the Relay cursor connections specification.
import type { Page } from './services.js';
import type { PageInfo } from './types/page-info.js';

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

export function connection<Row, Node>(
  { rows, totalCount, hasNextPage, hasPreviousPage }: Page<Row>,
  nodeOf: (row: Row) => Node,
  cursorOf: (row: Row) => string,
): Connection<Node> {
  const edges = rows.map((row) => ({ cursor: cursorOf(row), node: nodeOf(row) }));
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, totalCount, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
}
