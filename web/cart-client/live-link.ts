// Subscriptions over one websocket that comes back after every cut, and when the service was away.
// A subscription that declares $afterRevision goes on after the last revision that it delivered: no
// change is missed, none comes twice.
import { ApolloLink, CombinedGraphQLErrors, Observable } from '@apollo/client';
import { print } from '@apollo/client/utilities';
import { Kind } from 'graphql';
import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import { connectionParamsOf, type CredentialSource } from './credentials.ts';
import { subscribePatiently } from './patient-subscription.ts';
import { Store } from './store.ts';

/** `away`: the connection was lost, and is tried again. */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'away';

export interface LiveLinkOptions {
  /** Begins with ws: or wss:. */
  readonly url: string;
  readonly credentials: CredentialSource;
  /** The longest wait before the next try to connect. */
  readonly retryAtMostMs?: number;
  /** Where there is no global WebSocket. */
  readonly webSocketImpl?: unknown;
}

const pingEveryMs = 10_000;
const pongWithinMs = 5_000;
const firstRetryMs = 100;

export class LiveLink extends ApolloLink {
  readonly connection = new Store<ConnectionState>('idle');
  private readonly client: Client;
  private readonly waitMs: (failures: number) => number;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private wake: () => void = () => undefined;
  /** From the making of a socket until it is open. */
  private isOpening = false;

  constructor({ url, credentials, retryAtMostMs = 2_000, webSocketImpl }: LiveLinkOptions) {
    super();
    this.waitMs = (failures) => {
      const waitMs = Math.min(firstRetryMs * 2 ** failures, retryAtMostMs);
      return waitMs * (0.5 + Math.random() / 2);
    };
    this.client = createClient({
      url,
      ...(webSocketImpl !== undefined && { webSocketImpl }),
      connectionParams: async () => connectionParamsOf(await credentials()),
      keepAlive: pingEveryMs,
      retryAttempts: Infinity,
      shouldRetry: () => true,
      retryWait: (retries) => this.waitForRetry(this.waitMs(retries)),
      on: {
        connecting: (isRetry) => {
          this.isOpening = true;
          if (!isRetry) this.connection.set('connecting');
        },
        opened: () => {
          this.isOpening = false;
        },
        connected: () => this.connection.set('live'),
        closed: (event) => {
          clearTimeout(this.pongTimer);
          this.isOpening = false;
          this.connection.set(isOrderly(event) ? 'idle' : 'away');
        },
        // A connection can be dead without a word, as after a computer's sleep.
        ping: (isReceived) => {
          if (!isReceived) this.pongTimer = setTimeout(() => this.reconnect(), pongWithinMs);
        },
        pong: (isReceived) => {
          if (isReceived) clearTimeout(this.pongTimer);
        },
      },
    });
  }

  /** Cuts the connection; it comes back at once, with the credentials of now. */
  readonly reconnect = (): void => {
    // The credentials are read when a socket is open. One that is being made gets those of now, and
    // a browser complains on its console when it is closed.
    if (!this.isOpening) this.client.terminate();
    this.retryNow();
  };

  /** Ends a wait for the next try, as when the network is back. */
  readonly retryNow = (): void => this.wake();

  async dispose(): Promise<void> {
    clearTimeout(this.pongTimer);
    try {
      await this.client.dispose();
    } catch {
      // A connection that was just being made has failed, so there is none to close.
    }
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    return new Observable((observer) => {
      const variables = { ...operation.variables };
      // The client sends this object again after each cut, as it is by then.
      const payload: SubscribePayload = {
        query: print(operation.query),
        operationName: operation.operationName ?? null,
        variables,
      };
      const resumes = declaresAfterRevision(operation);
      return subscribePatiently({
        client: this.client,
        payload,
        waitMs: this.waitMs,
        sink: {
          next: (result) => {
            const change = resumes ? changeIn(result.data) : undefined;
            if (change !== undefined) {
              if (isRepeated(change, variables['afterRevision'])) return;
              variables['afterRevision'] = change.revision;
            }
            observer.next(result as ApolloLink.Result);
          },
          error: (error) => observer.error(asError(error)),
          complete: () => observer.complete(),
        },
      });
    });
  }

  private waitForRetry(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The client's own ends: nothing is subscribed any more, or `reconnect` was called. */
const ownCloseCodes: readonly unknown[] = [1000, 4499];

const isOrderly = (event: unknown) =>
  typeof event === 'object' &&
  event !== null &&
  'code' in event &&
  ownCloseCodes.includes(event.code);

function declaresAfterRevision({ query }: ApolloLink.Operation): boolean {
  return query.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.variableDefinitions?.some(
        ({ variable }) => variable.name.value === 'afterRevision',
      ),
  );
}

interface SeenChange {
  readonly revision: number;
  /** Null: the cart as it stands, whatever was delivered before. */
  readonly event: unknown;
}

/** A subscription has one field. */
function changeIn(data: unknown): SeenChange | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const [change] = Object.values(data) as unknown[];
  if (typeof change !== 'object' || change === null || !('revision' in change)) return undefined;
  const { revision } = change;
  if (typeof revision !== 'number') return undefined;
  return { revision, event: 'event' in change ? change.event : undefined };
}

function isRepeated({ revision, event }: SeenChange, after: unknown): boolean {
  return event !== null && typeof after === 'number' && revision <= after;
}

function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  if (Array.isArray(error)) return new CombinedGraphQLErrors({ errors: error });
  return new Error('The subscription has ended', { cause: error });
}
