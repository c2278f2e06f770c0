import { describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { added, opened } from '../controls/cart.js';
import { Following } from './following.js';
import { ScriptedLog } from './scripted-log.js';

const mug = added('MUG', 1, 100);

describe('what stops a subscription for good', () => {
  test('a handler that fails: the next start begins at the batch that failed', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', opened());
    const broken = new Error('the disk is full');
    const following = new Following(log, {
      handle: (batch) =>
        batch.some(({ position }) => position === 20n) ? Promise.reject(broken) : Promise.resolve(),
    });
    await following.until(() => following.states.includes('live'));
    log.append('cart-1', mug);
    log.append('cart-1', mug);
    await expect(following.done).rejects.toBe(broken);
    expect(following.positions).toEqual([10n]);
    expect(log.subscribers).toBe(0);
    expect(log.subscribedAfter).toHaveLength(1);
  });

  test('a handler that fails while the store breaks too', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', opened());
    const broken = new Error('the disk is full');
    const following = new Following(log, {
      handle: () => {
        log.end(new StoreUnavailableError('anything'));
        return Promise.reject(broken);
      },
    });
    await expect(following.done).rejects.toBe(broken);
    expect(log.subscribedAfter).toHaveLength(1);
  });
});
