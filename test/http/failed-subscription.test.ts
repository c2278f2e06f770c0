// A subscription that fails tells its client so, and leaves nothing behind.
import { afterEach, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { LiveCartChange } from '../../src/live-updates/live-changes.js';
import { Cleanup } from '../event-store/nodes.js';
import { cartId, guestToken, openedCart, parts, serve } from './served.js';
import { Client } from './socket-client.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Changes that fail after some. */
class Failing implements AsyncIterableIterator<LiveCartChange> {
  static open = 0;

  constructor(private left: number) {
    Failing.open += 1;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next(): Promise<IteratorResult<LiveCartChange>> {
    this.left -= 1;
    if (this.left < 0) return Promise.reject(new StoreUnavailableError('reading a cart'));
    return Promise.resolve({
      done: false,
      value: { entry: null, state: openedCart, revision: 0 },
    });
  }

  return(): Promise<IteratorResult<LiveCartChange>> {
    Failing.open -= 1;
    return Promise.resolve({ done: true, value: undefined });
  }
}

test.each([0, 1, 3])('after %d changes', async (changes) => {
  const live = { ...parts().live, cartChanges: () => new Failing(changes) };
  const served = await serve({ services: parts({ live }) });
  cleanup.add(() => served.stop());
  const client = await Client.acknowledged(served.websocketUrl, { cartToken: guestToken });
  client.subscribe('1', `subscription { cartChanged(cartId: "${cartId}") { revision } }`);
  const { payload } = await client.until(({ type }) => type === 'error');
  expect(payload).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  expect(client.messages.filter(({ type }) => type === 'next')).toHaveLength(changes);
  expect(Failing.open).toBe(0);
  client.subscribe('2', '{ __typename }');
  expect(await client.until(({ id }) => id === '2')).toMatchObject({ type: 'next' });
  client.socket.terminate();
});
