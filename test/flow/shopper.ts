// Somebody who talks to the service over HTTP and websockets, by the typed documents of the schema.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import * as documents from '../../schema/generated/graphql.js';
import type { ServiceProcess } from './service.js';

interface Failure {
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** The whole of an answer, for tests about failures. */
export interface Answer<Result> {
  readonly status: number;
  readonly data?: Result | null;
  readonly errors?: readonly Failure[];
}

export interface OpenedCart {
  readonly cartId: string;
  readonly cartToken: string;
}

export class Shopper {
  constructor(
    private readonly service: Pick<ServiceProcess, 'graphqlUrl' | 'websocketUrl'>,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same person with a cart's secret as well. */
  holding(cartToken: string): Shopper {
    return new Shopper(this.service, { ...this.headers, 'x-cart-token': cartToken });
  }

  /** A person who signed in, by a token of the command line. */
  static async signedIn(
    service: ServiceProcess,
    role: 'customer' | 'support' | 'admin',
    subject: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shopper> {
    const token = await service.run('token', '--role', role, '--subject', subject);
    return new Shopper(service, { ...headers, authorization: `Bearer ${token.trim()}` });
  }

  async answer<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Answer<Result>> {
    const response = await fetch(this.service.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify({ query: print(document), variables }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  /** The data of an answer that must have no errors. */
  async ask<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const { data, errors } = await this.answer(document, variables);
    if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
    return data;
  }

  async open(): Promise<{ shopper: Shopper } & OpenedCart> {
    const { openCart } = await this.ask(documents.OpenCartDocument, { input: {} });
    const { cart, cartToken } = openCart;
    if (cart == null || cartToken == null) throw new Error(JSON.stringify(openCart));
    return { cartId: cart.id, cartToken, shopper: this.holding(cartToken) };
  }

  /** What a subscription delivers, until the caller stops asking or the socket is lost. */
  async *subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): AsyncGenerator<Result, undefined> {
    const client = this.connect();
    try {
      const query = print(document);
      for await (const { data, errors } of client.iterate<Result>({ query, variables })) {
        if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
        yield data;
      }
      return undefined;
    } finally {
      await client.dispose();
    }
  }

  private connect(): Client {
    const { authorization } = this.headers;
    return createClient({
      url: this.service.websocketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: {
        ...(authorization === undefined ? {} : { authorization }),
        cartToken: this.headers['x-cart-token'],
        accessReason: this.headers['x-access-reason'],
      },
    });
  }
}
