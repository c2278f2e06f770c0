// Behind a trusted proxy a caller is counted by the address that the proxy saw; nobody else is
// believed about an address.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ApiServices } from '../../src/graphql/services.js';
import { callerAddressBehind } from '../../src/http/caller-address.js';
import { Cleanup } from '../event-store/nodes.js';
import { cartId, codeOf, guestToken, parts, post, serve } from './served.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

function addressOf(trusted: string[], remoteAddress: string | undefined, forwarded?: string) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return callerAddressBehind(trusted)({ socket: { remoteAddress }, headers } as IncomingMessage);
}

describe('the address of a caller', () => {
  test.each([
    ['without a trusted proxy', [], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['from an untrusted peer', ['10.0.0.0/8'], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['from a trusted address', ['192.0.2.1'], '192.0.2.1', '198.51.100.7', '198.51.100.7'],
    ['from a trusted range', ['10.0.0.0/8'], '10.9.8.7', '198.51.100.7', '198.51.100.7'],
    ['with what the caller made up', ['10.0.0.0/8'], '10.1.1.1', '1.1.1.1, 192.0.2.9', '192.0.2.9'],
    ['through two proxies', ['10.0.0.0/8'], '10.1.1.1', '192.0.2.9, 10.2.2.2', '192.0.2.9'],
    ['from inside', ['10.0.0.0/8'], '10.1.1.1', '10.2.2.2', '10.2.2.2'],
    ['without the header', ['10.0.0.0/8'], '10.1.1.1', undefined, '10.1.1.1'],
    ['with an empty header', ['10.0.0.0/8'], '10.1.1.1', '', '10.1.1.1'],
    ['with a name', ['10.0.0.0/8'], '10.1.1.1', '1.1.1.1, unknown', '10.1.1.1'],
    ['with a port', ['10.0.0.0/8'], '10.1.1.1', '192.0.2.9:4711', '192.0.2.9'],
    ['with IPv6 and a port', ['10.0.0.0/8'], '10.1.1.1', '[2001:db8::9]:4711', '2001:db8::9'],
    ['with a list of both', ['::1', '127.0.0.0/8'], '::1', '2001:db8::9', '2001:db8::9'],
    ['over IPv6', ['2001:db8::/32'], '2001:db8::1', '192.0.2.9', '192.0.2.9'],
    ['over an IPv6 socket', ['10.0.0.0/8'], '::ffff:10.1.1.1', '192.0.2.9', '192.0.2.9'],
    ['from a card of its own', ['fe80::/10'], 'fe80::1%eth0', '192.0.2.9', '192.0.2.9'],
    ['whose socket is gone', ['10.0.0.0/8'], undefined, '192.0.2.9', ''],
  ])('%s', (_case, trusted, peer, forwarded, expected) => {
    expect(addressOf(trusted, peer, forwarded)).toBe(expected);
  });
});

function closeAtTheEnd(socket: WebSocket): void {
  cleanup.add(() => {
    socket.terminate();
    return Promise.resolve();
  });
}

const query = { query: '{ __typename }' };
const from = (address: string) => ({ 'x-forwarded-for': address });

async function statuses(url: string, addresses: string[]): Promise<number[]> {
  const answers = [];
  for (const address of addresses) answers.push(await post(url, query, from(address)));
  return answers.map(({ status }) => status);
}

test('each caller behind a trusted proxy has a rate limit of its own', async () => {
  const served = await serve({ rateLimitPerSecond: 1, trustedProxies: ['127.0.0.1'] });
  cleanup.add(() => served.stop());
  const callers = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  expect(await statuses(served.graphqlUrl, callers)).toEqual([200, 200, 200]);
  expect(await statuses(served.graphqlUrl, ['192.0.2.3', '192.0.2.3'])).toContain(429);
});

test('a header from a peer that is not trusted changes nothing', async () => {
  const served = await serve({ rateLimitPerSecond: 1, trustedProxies: ['192.0.2.0/24'] });
  cleanup.add(() => served.stop());
  const callers = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4'];
  expect(await statuses(served.graphqlUrl, callers)).toContain(429);
});

test('each caller behind a trusted proxy has a limit of sockets of its own', async () => {
  const served = await serve({ socketLimit: 1, trustedProxies: ['127.0.0.0/8'] });
  cleanup.add(() => served.stop());
  const open = async (address: string) => {
    const options = { headers: from(address) };
    const socket = new WebSocket(served.websocketUrl, ['graphql-transport-ws'], options);
    closeAtTheEnd(socket);
    const refused = once(socket, 'unexpected-response').then(
      ([, response]) => (response as IncomingMessage).statusCode,
    );
    socket.on('error', () => undefined);
    return Promise.race([once(socket, 'open').then(() => 101), refused]);
  };
  expect(await open('192.0.2.1')).toBe(101);
  expect(await open('192.0.2.2')).toBe(101);
  expect(await open('192.0.2.1')).toBe(429);
});

test('all limits use the same address, by HTTP and by websocket', async () => {
  const seen: unknown[] = [];
  const change: ApiServices['carts']['change'] = (_command, { callers }) => {
    seen.push(callers);
    return Promise.reject(new Error('enough was seen'));
  };
  const services = parts();
  const served = await serve({
    services: parts({ carts: { ...services.carts, change } }),
    trustedProxies: ['127.0.0.1'],
  });
  cleanup.add(() => served.stop());
  const mutation = `mutation { applyCoupon(input: { cartId: "${cartId}", code: "GUESS" }) { cart { id } } }`;
  const headers = { ...from('192.0.2.7'), 'x-cart-token': guestToken };
  const answered = await post(served.graphqlUrl, { query: mutation }, headers);
  expect(codeOf(answered)).toBe('INTERNAL_SERVER_ERROR');
  const socket = new WebSocket(served.websocketUrl, ['graphql-transport-ws'], {
    headers: from('192.0.2.8'),
  });
  closeAtTheEnd(socket);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { cartToken: guestToken } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: mutation } }));
  await once(socket, 'message');
  expect(seen).toEqual([['address 192.0.2.7'], ['address 192.0.2.8']]);
});
