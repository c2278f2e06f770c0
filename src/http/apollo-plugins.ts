// What Apollo Server is told beside its options.
import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { badRequest } from '../graphql/api-error.js';
import { queryLimits } from '../graphql/complexity.js';
import type { RequestContext } from '../graphql/context.js';
import type { RequestSpans } from './request-spans.js';

export interface HttpContext extends RequestContext {
  /** The operation's cost, from the document gate. */
  readonly cost: number;
  /** The document that the gate has judged with the request's variables. */
  readonly text: string | undefined;
}

/** @param requestSpans undefined: nothing is traced */
export function apolloPlugins(
  requestSpans: RequestSpans | undefined,
): ApolloServerPlugin<HttpContext>[] {
  return [
    ApolloServerPluginCacheControlDisabled(),
    // Apollo would trace each field of a subgraph for a caller who sends a header.
    ApolloServerPluginInlineTraceDisabled(),
    refuseUnjudged,
    refuseSubscriptions,
    showCost,
    ...(requestSpans === undefined ? [] : [errorsTo(requestSpans)]),
  ];
}

/**
 * Nothing is executed that the gate has not judged. Another request can make a document known by
 * its hash after this one was judged without it; the client then sends the document.
 */
const refuseUnjudged: ApolloServerPlugin<HttpContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ source, contextValue: { text } }) {
        if (source === text) return Promise.resolve();
        const extensions = { code: 'PERSISTED_QUERY_NOT_FOUND', http: { status: 200 } };
        return Promise.reject(new GraphQLError('PersistedQueryNotFound', { extensions }));
      },
    }),
};

const refuseSubscriptions: ApolloServerPlugin<HttpContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        const message = 'Subscribe over a websocket with the protocol graphql-transport-ws.';
        return Promise.reject(badRequest('BAD_REQUEST', message));
      },
    }),
};

/** Shows authors of queries how close they are to the limit. */
const showCost: ApolloServerPlugin<HttpContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ contextValue: { cost }, response: { body } }) {
        if (body.kind === 'single' && body.singleResult.data !== undefined) {
          const counted = { cost: { counted: cost, maximum: queryLimits.cost } };
          body.singleResult.extensions = { ...body.singleResult.extensions, ...counted };
        }
        return Promise.resolve();
      },
    }),
};

/** Tells the trace which errors the caller gets. */
function errorsTo(requestSpans: RequestSpans): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ response: { body } }) {
          if (body.kind === 'single') requestSpans.noteErrors(body.singleResult.errors);
          return Promise.resolve();
        },
      }),
  };
}
