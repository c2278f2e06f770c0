// A subscription of the shop goes on when what ended it has passed.
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { AddItemDocument, CartChangedDocument } from '../../../schema/generated/graphql.ts';
import { LiveLink } from '../../../web/cart-client/live-link.ts';
import { Cleanup } from '../../event-store/nodes.js';
import { type LogElsewhere, startLogElsewhere } from '../../flow/event-logs.js';
import { ServiceProcess } from '../../flow/service.js';
import { Shopper } from '../../flow/shopper.js';
import type { Message } from '../../http/socket-client.js';
import { testedClient } from './client.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

type Frame = Readonly<Record<string, unknown>>;
/** Frames, and codes to close with. */
type Answer = readonly (Frame | number)[];

/** A service that gives each `subscribe` the next of these answers. */
async function answering(answers: readonly Answer[]) {
  const asked: unknown[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  cleanup.add(async () => {
    server.clients.forEach((client) => client.terminate());
    await new Promise((resolve) => server.close(resolve));
  });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { id, type, payload } = JSON.parse(data.toString()) as Message;
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      for (const part of answers[asked.push((payload as Frame)['variables']) - 1] ?? []) {
        if (typeof part === 'number') socket.close(part);
        else socket.send(JSON.stringify({ id, ...part }));
      }
    });
  });
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const changed = (revision: number): Frame => ({
  type: 'next',
  payload: { data: { cartChanged: { revision, event: null, cart: null } } },
});
const errorOf = (code: string) => [{ message: 'Not now.', extensions: { code } }];
const refused = (code: string): Answer => [{ type: 'error', payload: errorOf(code) }];
const failed = (code: string): Answer => [
  { type: 'next', payload: { data: null, errors: errorOf(code) } },
  { type: 'complete' },
];

/** The revisions that were delivered until the last one or an error came. */
function watched(url: string, last: number): Promise<{ seen: number[]; error?: unknown }> {
  const link = new LiveLink({
    url,
    credentials: () => ({ cartTokens: [], token: undefined }),
    retryAtMostMs: 1,
    webSocketImpl: WebSocket,
  });
  cleanup.add(() => link.dispose());
  const apollo = new ApolloClient({ cache: new InMemoryCache(), link });
  const seen: number[] = [];
  return new Promise((resolve) => {
    apollo
      .subscribe({
        query: CartChangedDocument,
        variables: { cartId: 'c' },
        fetchPolicy: 'no-cache',
      })
      .subscribe(({ data, error }) => {
        if (error !== undefined) resolve({ seen, error });
        if (data !== undefined && seen.push(data.cartChanged.revision) > 0) {
          if (seen.at(-1) === last) resolve({ seen });
        }
      });
  });
}

test.each<[string, Answer]>([
  ['an error that the event store is away', refused('SERVICE_UNAVAILABLE')],
  ['an error that too much was asked', refused('RATE_LIMITED')],
  ['a result that the event store is away', failed('SERVICE_UNAVAILABLE')],
  ['a close that a proxy makes', [1011]],
  ['a close of a broken connection', [1002]],
  ['a close for a fault', [4500]],
])('it begins again after %s, where it was', async (_case, ending) => {
  const answers = [[changed(4), ...ending], ending, ending, [changed(5), changed(6)]];
  const { url, asked } = await answering(answers);
  expect(await watched(url, 6)).toEqual({ seen: [4, 5, 6] });
  expect(asked.slice(1)).toEqual(Array(3).fill({ cartId: 'c', afterRevision: 4 }));
});

test.each<[string, Answer]>([
  ['an error that stays', refused('NOT_FOUND')],
  ['a result that stays', failed('NOT_FOUND')],
  ['a close for a fault of the client', [4400]],
])('it ends with %s', async (_case, ending) => {
  const { url, asked } = await answering([[changed(4), ...ending]]);
  const { seen, error } = await watched(url, 6);
  expect(seen).toEqual([4]);
  expect(error).toBeDefined();
  expect(asked).toHaveLength(1);
});

describe('while the event store is away', () => {
  let log: LogElsewhere;
  let service: ServiceProcess;
  beforeAll(async () => {
    log = await startLogElsewhere({ tls: false });
    service = await ServiceProcess.start(log.settings);
  });
  afterAll(async () => {
    await service.remove();
    await log.remove();
  });

  test('it begins, and goes on when that is back', async () => {
    const { cartId, cartToken, shopper } = await new Shopper(service).open();
    const client = testedClient(service);
    cleanup.add(() => client.dispose());
    client.shelf.hold({ id: cartId, token: cartToken });
    const lantern = await client.product('71053');
    await log.node.kill();
    const change = new Promise((resolve) => {
      client.apollo
        .subscribe({ query: CartChangedDocument, variables: { cartId, afterRevision: 0 } })
        .subscribe(({ data, error }) => resolve(error ?? data?.cartChanged.revision));
    });
    const { errors } = await shopper.answer(AddItemDocument, {
      input: { cartId, sku: '71053', quantity: 1 },
    });
    expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    await log.node.start();
    expect(await client.commands.add(lantern)).toBeNull();
    expect(await change).toBe(1);
  });
});
