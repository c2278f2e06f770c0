// The Apollo client of a shop: HTTP for queries and mutations, one websocket for subscriptions.
import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { OperationTypeNode } from 'graphql';
import { believedLink, type TokenRefusal } from './believed-link.ts';
import { createCartCache } from './cart-cache.ts';
import { type CredentialSource, headersOf } from './credentials.ts';
import { InOrderLink } from './in-order-link.ts';
import { type ConnectionState, LiveLink } from './live-link.ts';
import { NewestCartLink } from './newest-cart-link.ts';
import { patientLink } from './patient-link.ts';
import type { Store } from './store.ts';

export interface CartClientOptions {
  /** Where the service answers, such as https://shop.example/graphql. */
  readonly url: string;
  readonly credentials: CredentialSource;
  /** A refused token is given up here, or its request is tried for ever. Without it, an error. */
  readonly onTokenRefused?: TokenRefusal;
  /** The longest wait before another try, for requests and for the websocket. */
  readonly retryAtMostMs?: number;
  /** Where there is no global WebSocket, as in a test. */
  readonly webSocketImpl?: unknown;
  readonly fetch?: typeof fetch;
}

export interface CartClient {
  readonly apollo: ApolloClient;
  readonly connection: Store<ConnectionState>;
  /** After a change of the credentials: the websocket opens again with the new ones. */
  readonly reconnect: () => void;
  /** When the network is back: the websocket does not wait for its next try. */
  readonly retryNow: () => void;
  dispose(): Promise<void>;
}

export function createCartClient(options: CartClientOptions): CartClient {
  const { url, credentials, retryAtMostMs = 2_000, webSocketImpl } = options;
  const live = new LiveLink({
    url: url.replace(/^http/, 'ws'),
    credentials,
    retryAtMostMs,
    webSocketImpl,
  });
  const patience = { firstMs: Math.min(200, retryAtMostMs), maximumMs: retryAtMostMs };
  const overHttp = ApolloLink.from([
    new InOrderLink(),
    ...(options.onTokenRefused === undefined
      ? []
      : [believedLink(options.onTokenRefused, patience)]),
    patientLink(patience),
    new SetContextLink(async () => ({ headers: headersOf(await credentials()) })),
    new HttpLink({ uri: url, ...(options.fetch !== undefined && { fetch: options.fetch }) }),
  ]);
  const apollo = new ApolloClient({
    cache: createCartCache(),
    link: ApolloLink.from([
      new NewestCartLink(),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        live,
        overHttp,
      ),
    ]),
    clientAwareness: { name: 'cartograph-web' },
  });
  return {
    apollo,
    connection: live.connection,
    reconnect: live.reconnect,
    retryNow: live.retryNow,
    dispose: async () => {
      apollo.stop();
      await live.dispose();
    },
  };
}
