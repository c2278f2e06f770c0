import { afterEach, describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { LogReplacedError } from '../../src/event-store/log-place.js';
import { added, opened } from '../controls/cart.js';
import { Cleanup, connectTestStore, RestartableNode } from '../event-store/nodes.js';
import { Following } from './following.js';
import { ScriptedLog } from './scripted-log.js';

const mug = added('MUG', 1, 100);
const away = new StoreUnavailableError('anything');

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('a store that comes and goes', () => {
  test.each([
    ['breaks', away],
    ['ends without a word', undefined],
  ])('when it %s, goes on after the last event that was handled', async (_how, fault) => {
    const log = new ScriptedLog();
    log.append('cart-1', opened());
    const following = new Following(log);
    await following.until(() => following.states.includes('live'));
    log.end(fault);
    log.append('cart-1', mug);
    await following.until(() => following.positions.length === 2);
    expect(following.positions).toEqual([10n, 20n]);
    expect(following.states).toEqual(['live', 'catching up', 'live']);
    await following.stop();
  });

  describe('a log without a wanted event', () => {
    const rare = { types: ['CartClaimed'], lasting: ['cart-'] };

    test('is not read again after the store broke', async () => {
      const log = new ScriptedLog();
      log.append('cart-1', opened(), mug);
      const following = new Following(log, rare);
      await following.until(() => following.states.includes('live'));
      log.end(away);
      await following.until(() => following.states.length === 3);
      expect(following.passed).toEqual([20n]);
      expect(log.subscribedAfter).toEqual(['start', 20n]);
      await following.stop();
    });

    test('is read again where its last event may be removed', async () => {
      const log = new ScriptedLog();
      log.append('cart-1', opened());
      log.append('$stats-1', mug);
      const following = new Following(log, rare);
      await following.until(() => following.states.includes('live'));
      log.end(away);
      await following.until(() => following.states.length === 3);
      expect(following.passed).toEqual([]);
      expect(log.subscribedAfter).toEqual(['start', 'start']);
      await following.stop();
    });

    test('is passed while it grows, and a log that was replaced is noticed', async () => {
      const log = new ScriptedLog();
      log.append('cart-1', opened());
      const following = new Following(log, rare);
      await following.until(() => following.states.includes('live'));
      log.append('cart-1', mug);
      log.deliver({ checkpoint: 20n });
      await following.until(() => following.passed.includes(20n));
      log.events.splice(1);
      log.end(away);
      await expect(following.done).rejects.toThrow(LogReplacedError);
    });
  });

  test('tells each fault and tries until the store is back', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', opened());
    log.outage = away;
    const following = new Following(log);
    await following.until(() => following.faults.length === 3);
    expect(new Set(following.faults)).toEqual(new Set([away]));
    log.outage = undefined;
    await following.until(() => following.positions.length === 1);
    await following.stop();
  });

  test('never handles two batches at once, also when the store breaks in the middle of one', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', opened());
    let atOnce = 0;
    let most = 0;
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const following = new Following(log, {
      handle: async () => {
        most = Math.max(most, (atOnce += 1));
        if (following.batches.length === 0) await held;
        atOnce -= 1;
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(atOnce).toBe(1);
    log.end(away);
    log.append('cart-1', mug);
    letGo();
    await following.until(() => following.positions.length === 2);
    expect(log.subscribedAfter).toEqual(['start', 10n]);
    expect(following.positions).toEqual([10n, 20n]);
    expect(most).toBe(1);
    await following.stop();
  });

  test('a store that stops delivering without a word is left and asked again', async () => {
    const log = new ScriptedLog();
    const following = new Following(log);
    await following.until(() => following.states.includes('live'));
    log.isSilent = true;
    log.append('cart-1', opened());
    await following.until(() => following.positions.length === 1);
    expect(log.subscribedAfter).toHaveLength(2);
    await following.stop();
  });

  test('a store that goes quiet before it tells of the end of its log is live', async () => {
    const log = new ScriptedLog();
    log.isEndHidden = true;
    log.append('cart-1', opened());
    const following = new Following(log);
    await following.until(() => following.states.includes('live'));
    expect(following.positions).toEqual([10n]);
    expect(log.subscribedAfter).toHaveLength(1);
    await following.stop();
  });

  test('what is on disk is given once across a restart of a real node', async () => {
    const node = await RestartableNode.start(cleanup);
    const store = connectTestStore(cleanup, node.connectionString);
    const append = (id: string, expected: number | 'no_stream') =>
      store.append(
        'cart-1',
        [
          {
            id,
            type: 'A',
            data: {},
            metadata: { schemaVersion: 1, occurredAt: '2026-11-02T08:00:00.000Z' },
          },
        ],
        expected,
      );
    const ids = [1, 2].map((n) => `0193a000-0000-7000-8000-00000000000${n}`);
    const following = new Following(store);
    await append(ids[0]!, 'no_stream');
    await following.until(() => following.positions.length === 1);
    await node.startAgain();
    await append(ids[1]!, 0);
    await following.until(() => following.positions.length === 2);
    expect(following.batches.flat().map(({ id }) => id)).toEqual(ids);
    expect(following.faults.length).toBeGreaterThan(0);
    await following.stop();
  });
});
