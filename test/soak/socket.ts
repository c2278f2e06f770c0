// One subscription to a cart over a websocket of its own, which is not taken up again by itself.
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import * as documents from '../../schema/generated/graphql.js';
import { type FailedReply, LOST, type PushReply } from '../simulator/history.js';
import { seenCart } from './seen-over-http.js';

export interface Subscribed {
  readonly cartId: string;
  readonly cartToken: string;
  readonly afterRevision: number | undefined;
}

const query = print(documents.CartChangedDocument);

/** Gives each push, and `failed` once when it ends. The answer ends it and its socket. */
export function subscribeToCart(
  url: string,
  { cartId, cartToken, afterRevision }: Subscribed,
  onReply: (reply: PushReply | FailedReply) => void,
): () => void {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { cartToken },
  });
  const close = async () => {
    try {
      await client.dispose();
    } catch {
      // A connection that was just being made has failed, so there is none to close.
    }
  };
  let isOver = false;
  const end = (reply: FailedReply) => {
    if (isOver) return;
    isOver = true;
    void close();
    onReply(reply);
  };
  const cursor = afterRevision === undefined ? {} : { afterRevision };
  client.subscribe<documents.CartChangedSubscription>(
    { query, variables: { cartId, ...cursor } },
    {
      next: ({ data, errors }) => {
        if (isOver) return;
        if (data == null) end(failureOf(errors));
        else onReply(pushOf(data));
      },
      error: (error) => end(failureOf(error)),
      complete: () => end({ kind: 'failed', code: LOST, words: 'the subscription ended' }),
    },
  );
  return () => {
    isOver = true;
    void close();
  };
}

function pushOf({ cartChanged }: documents.CartChangedSubscription): PushReply {
  const { event, cart, revision } = cartChanged;
  const of = event && { id: event.id, type: event.type };
  return { kind: 'push', event: of, cart: seenCart(cart.id, cart), revision };
}

/** GraphQL's errors come as a list, and the end of a socket as an event. */
function failureOf(error: unknown): FailedReply {
  if (Array.isArray(error)) {
    const [first] = error as readonly {
      readonly message: string;
      readonly extensions?: { readonly code?: string };
    }[];
    const code = first?.extensions?.code ?? LOST;
    return { kind: 'failed', code, words: first?.message ?? 'no reason' };
  }
  if (error instanceof Error) return { kind: 'failed', code: LOST, words: error.message };
  const { code, reason } = Object(error) as { readonly code?: unknown; readonly reason?: unknown };
  const words = `the socket ended: ${String(code)} ${String(reason)}`;
  return { kind: 'failed', code: LOST, words };
}
