import { describe, expect, test } from '@jest/globals';
import { added, opened } from '../controls/cart.js';
import { Following } from './following.js';
import { ScriptedLog } from './scripted-log.js';

const mug = added('MUG', 1, 100);

describe('following the log', () => {
  test('hands over what there is and then what comes, each once and in order', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', opened(), mug);
    const following = new Following(log);
    await following.until(() => following.states.includes('live'));
    log.append('cart-2', opened());
    log.append('cart-1', mug);
    await following.until(() => following.positions.length === 4);
    expect(following.positions).toEqual([10n, 20n, 30n, 40n]);
    await following.stop();
    expect(log.subscribers).toBe(0);
  });

  test('begins after the checkpoint that it is given', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', opened(), mug, mug);
    const following = new Following(log, { after: 20n });
    await following.until(() => following.states.includes('live'));
    expect(log.subscribedAfter).toEqual([20n]);
    expect(following.positions).toEqual([30n]);
    await following.stop();
  });

  test('hands over at most a thousand at once, and says that it is behind meanwhile', async () => {
    const log = new ScriptedLog();
    const following = new Following(log);
    await following.until(() => following.states.includes('live'));
    log.append('cart-1', ...Array.from({ length: 2_500 }, () => mug));
    await following.until(() => following.positions.length === 2_500);
    await following.until(() => following.states.at(-1) === 'live');
    expect(Math.max(...following.batches.map(({ length }) => length))).toBe(1_000);
    expect(following.states).toEqual(['live', 'catching up', 'live']);
    await following.stop();
  });

  test('lets what comes soon after a batch join the next one, where it is given a pace', async () => {
    const log = new ScriptedLog();
    const following = new Following(log, { paceMs: 500 });
    await following.until(() => following.states.includes('live'));
    log.append('cart-1', opened());
    await following.until(() => following.positions.length === 1);
    for (let count = 0; count < 3; count += 1) {
      log.append('cart-1', mug);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await following.until(() => following.positions.length === 4);
    expect(following.batches.map(({ length }) => length)).toEqual([1, 3]);
    await following.stop();
  });

  test('hands over nothing after it is told to stop', async () => {
    const log = new ScriptedLog();
    log.append('cart-1', ...Array.from({ length: 3_000 }, () => mug));
    const handedOver: number[] = [];
    const following: Following = new Following(log, {
      handle: async (batch) => {
        handedOver.push(batch.length);
        void following.stop();
        await Promise.resolve();
      },
    });
    await following.done;
    expect(handedOver).toHaveLength(1);
  });

  test('passes over what a store gives again, or a checkpoint that goes back', async () => {
    const log = new ScriptedLog();
    const [first] = log.append('cart-1', opened());
    const following = new Following(log);
    await following.until(() => following.states.includes('live'));
    log.deliver({ event: first! }, { checkpoint: 5n });
    log.append('cart-1', mug);
    await following.until(() => following.positions.length === 2);
    expect(following.positions).toEqual([10n, 20n]);
    await following.stop();
  });
});
