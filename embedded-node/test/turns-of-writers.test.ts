// Long reads while clients write: their writes come to their turn between the messages.
import { describe, expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { BUSY_TURN, type ReadCall, sendAll } from '../src/read/back-pressure.js';

const LONG = 10 * BUSY_TURN;

/** A reader that takes all at once. */
class Reader extends EventEmitter {
  readonly cancelled = false;
  taken = 0;

  write(): boolean {
    this.taken += 1;
    return true;
  }
}

/** How many messages had been taken at each turn of the event loop during a read. */
async function takenAtTurns(areClientsWriting: () => boolean): Promise<number[]> {
  const reader = new Reader();
  const seen: number[] = [];
  let isOver = false;
  const turn = () => {
    if (isOver) return;
    seen.push(reader.taken);
    setImmediate(turn);
  };
  setImmediate(turn);
  const messages = Array.from({ length: LONG }, () => new Uint8Array(1));
  const writers = {
    get areClientsWriting() {
      return areClientsWriting();
    },
  };
  await sendAll(reader as unknown as ReadCall, messages, writers);
  isOver = true;
  expect(reader.taken).toBe(LONG);
  return seen;
}

describe('a long read', () => {
  test('lets writes come between its messages while clients write', async () => {
    const seen = await takenAtTurns(() => true);
    const steps = seen.slice(1).map((taken, index) => taken - seen[index]!);
    expect(steps.length).toBeGreaterThan(5);
    expect(Math.max(seen[0]!, ...steps)).toBeLessThanOrEqual(BUSY_TURN);
  });

  test('is in one piece while nobody writes', async () => {
    expect(await takenAtTurns(() => false)).toEqual([]);
  });

  test('notices that clients begin to write', async () => {
    let asked = 0;
    const seen = await takenAtTurns(() => (asked += 1) > 2);
    expect(seen[0]).toBe(3 * BUSY_TURN);
    expect(seen.length).toBeGreaterThan(3);
  });
});
