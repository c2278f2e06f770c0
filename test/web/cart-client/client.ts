// The frontend's cart client against a service, as a page uses it, with a shelf of its own.
import { WebSocket } from 'ws';
import { CartCommands } from '../../../web/cart-client/cart-commands.ts';
import { CartShelf, forgetfulStorage } from '../../../web/cart-client/cart-shelf.ts';
import { createCartClient } from '../../../web/cart-client/client.ts';
import type { ServiceProcess } from '../../flow/service.js';
import { ProductDocument } from '../../../schema/generated/graphql.ts';

export interface TestedClientOptions {
  readonly url?: string;
  readonly fetch?: typeof fetch;
  readonly storage?: ReturnType<typeof forgetfulStorage>;
  /** The customer's JWT, once there is one. */
  readonly token?: () => string | undefined;
  readonly webSocketImpl?: typeof WebSocket;
}

export function testedClient(service: ServiceProcess, options: TestedClientOptions = {}) {
  const shelf = new CartShelf(options.storage ?? forgetfulStorage(), forgetfulStorage());
  const client = createCartClient({
    url: options.url ?? service.graphqlUrl,
    credentials: () => ({ cartTokens: shelf.tokens(), token: options.token?.() }),
    retryAtMostMs: 20,
    webSocketImpl: options.webSocketImpl ?? WebSocket,
    ...(options.fetch !== undefined && { fetch: options.fetch }),
  });
  shelf.current.subscribe(client.reconnect);
  const product = async (sku: string) => {
    const { data } = await client.apollo.query({ query: ProductDocument, variables: { sku } });
    if (data?.product == null) throw new Error(`There is no product ${sku}`);
    return data.product;
  };
  return { ...client, shelf, commands: new CartCommands(client.apollo, shelf), product };
}
