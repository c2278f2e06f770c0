// Queries and mutations use HTTP, subscriptions a websocket. A browser cannot set headers on a
// websocket, so the credentials of the headers editor go into its connection_init.
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { getOperationAST, OperationTypeNode, type ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { announceOpenedCart } from './opened-cart.ts';

type Headers = Readonly<Record<string, unknown>>;

export function createFetcher(endpoint: URL): Fetcher {
  const http = createGraphiQLFetcher({
    url: endpoint.href,
    enableIncrementalDelivery: false,
  });
  return async (parameters, options) => {
    const operation =
      options?.documentAST && getOperationAST(options.documentAST, parameters.operationName);
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      return subscribe(endpoint, parameters, options?.headers ?? {});
    }
    const result = await http(parameters, options);
    noticeOpenedCart(result);
    return result;
  };
}

function subscribe(endpoint: URL, parameters: Parameters<Fetcher>[0], headers: Headers) {
  const url = new URL(endpoint);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const client = createClient({ url: url.href, connectionParams: headers });
  return client.iterate<ExecutionResult['data']>({
    query: parameters.query,
    operationName: parameters.operationName ?? null,
    variables: (parameters.variables ?? {}) as Record<string, unknown>,
  }) as AsyncIterableIterator<ExecutionResult>;
}

function noticeOpenedCart(result: unknown): void {
  const opened = (result as { data?: { openCart?: { cart?: unknown; cartToken?: unknown } } }).data
    ?.openCart;
  const cart = opened?.cart as { id?: unknown; openedAt?: unknown } | null | undefined;
  if (typeof cart?.id !== 'string' || typeof opened?.cartToken !== 'string') return;
  const { id, openedAt } = cart;
  announceOpenedCart({
    id,
    token: opened.cartToken,
    ...(typeof openedAt === 'string' && { openedAt }),
  });
}
