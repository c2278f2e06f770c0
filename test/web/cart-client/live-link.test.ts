// A subscription through a connection that is cut again and again: no change is missed, none comes
// twice, and their order stays.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { WebSocket } from 'ws';
import {
  AddItemDocument,
  CartChangedDocument,
  type CartChangedSubscription,
} from '../../../schema/generated/graphql.ts';
import type { ConnectionState } from '../../../web/cart-client/live-link.ts';
import { ServiceProcess } from '../../flow/service.js';
import { Shopper } from '../../flow/shopper.js';
import { TcpProxy } from '../../soak/tcp-proxy.js';
import { testedClient } from './client.js';

type Change = CartChangedSubscription['cartChanged'];
type Client = ReturnType<typeof testedClient>;

let service: ServiceProcess;
let proxy: TcpProxy;
beforeAll(async () => {
  service = await ServiceProcess.start();
  proxy = await TcpProxy.start(() => {
    const { hostname, port } = new URL(service.url);
    return { host: hostname, port: Number(port) };
  });
});
afterAll(async () => {
  await proxy.close();
  await service.remove();
});

let client: Client | undefined;
afterEach(() => client?.dispose());

const throughProxy = () => testedClient(service, { url: `http://127.0.0.1:${proxy.port}/graphql` });

const add = (shopper: Shopper, cartId: string) =>
  shopper.ask(AddItemDocument, { input: { cartId, sku: '71053', quantity: 1 } });

/** What a subscription delivered, and a way to wait for it. */
function watched(of: Client, cartId: string, afterRevision?: number) {
  const changes: Change[] = [];
  let wake = () => {};
  const subscription = of.apollo
    .subscribe({
      query: CartChangedDocument,
      variables: { cartId, ...(afterRevision !== undefined && { afterRevision }) },
    })
    .subscribe(({ data, error }) => {
      expect(error).toBeUndefined();
      if (data !== undefined) changes.push(data.cartChanged);
      wake();
    });
  return {
    changes,
    until: async (revision: number) => {
      while ((changes.at(-1)?.revision ?? -1) < revision) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    stop: () => subscription.unsubscribe(),
  };
}

async function stateIs(of: Client, state: ConnectionState): Promise<void> {
  const { connection } = of;
  while (connection.get() !== state) {
    await new Promise<void>((resolve) => {
      const stop = connection.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}

test.each([
  ['begun at a revision', 0],
  ['begun with the cart as it stands', undefined],
])('%s, 50 cuts leave no gap and no double', async (_case, afterRevision) => {
  const { shopper, cartId, cartToken } = await new Shopper(service).open();
  client = throughProxy();
  client.shelf.hold({ id: cartId, token: cartToken });
  const watch = watched(client, cartId, afterRevision);
  if (afterRevision === undefined) await watch.until(0);
  const cuts = 50;
  for (let cut = 1; cut <= cuts; cut += 1) {
    // Some cuts fall between a change and its push, some between two connections.
    if (cut % 3 === 0) await watch.until(cut - 1);
    if (cut % 3 === 1) proxy.cut();
    await add(shopper, cartId);
    if (cut % 3 !== 1) proxy.cut();
  }
  await watch.until(cuts);
  watch.stop();
  const expected = Array.from({ length: cuts }, (_, index) => index + 1);
  const first = afterRevision === undefined ? [0] : [];
  expect(watch.changes.map(({ revision }) => revision)).toEqual([...first, ...expected]);
  expect(watch.changes.slice(first.length).map(({ event }) => event?.revision)).toEqual(expected);
});

test('tells when it is away, and comes back by itself', async () => {
  const { shopper, cartId, cartToken } = await new Shopper(service).open();
  client = throughProxy();
  client.shelf.hold({ id: cartId, token: cartToken });
  expect(client.connection.get()).toBe('idle');
  const watch = watched(client, cartId);
  await stateIs(client, 'live');
  proxy.refuse();
  await stateIs(client, 'away');
  await add(shopper, cartId);
  proxy.letThrough();
  await stateIs(client, 'live');
  await watch.until(1);
  watch.stop();
  await stateIs(client, 'idle');
});

test('credentials that change while a socket opens are those that it uses', async () => {
  const { cartId, cartToken } = await new Shopper(service).open();
  let [sockets, closedEarly] = [0, 0];
  class Counted extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      sockets += 1;
    }

    override close(code?: number, reason?: string): void {
      if (this.readyState === WebSocket.CONNECTING) closedEarly += 1;
      super.close(code, reason);
    }
  }
  client = testedClient(service, { webSocketImpl: Counted as typeof WebSocket });
  const watch = watched(client, cartId);
  await stateIs(client, 'connecting');
  client.shelf.hold({ id: cartId, token: cartToken });
  await watch.until(0);
  watch.stop();
  expect([sockets, closedEarly]).toEqual([1, 0]);
});

test('a websocket that is never answered is tried again', async () => {
  const deaf = createServer();
  deaf.on('upgrade', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as AddressInfo;
  let tries = 0;
  const tried = new Promise<void>((resolve) =>
    deaf.on('upgrade', () => {
      tries += 1;
      if (tries === 5) resolve();
    }),
  );
  client = testedClient(service, { url: `http://127.0.0.1:${port}/graphql` });
  const watch = watched(client, '00000000-0000-4000-8000-000000000000');
  await tried;
  watch.stop();
  deaf.close();
});
