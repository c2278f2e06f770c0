// Runs relays in tests, and says what the topics must have.
import { expect } from '@jest/globals';
import { defaultLayout } from '../../src/relay/layout.js';
import type { RelayLock } from '../../src/relay/lock.js';
import { Relay, type RelayOptions, type RelayStatus } from '../../src/relay/relay.js';
import type { TopicRecord } from '../../src/relay/topics.js';
import { passingTime } from '../support/passing-time.js';
import type { MemoryLog } from './memory-log.js';
import type { MemoryTopics } from './memory-topics.js';

export const freeLock: RelayLock = {
  hold: () => Promise.resolve(new AbortController().signal),
  close: () => Promise.resolve(),
};

type Given = Pick<RelayOptions, 'store' | 'topics'> & Partial<RelayOptions>;

/** Up to the end of the log, over every fault that passes. */
export function relayToTheEnd(given: Given): Promise<RelayStatus> {
  return Relay.run({
    lock: freeLock,
    layout: defaultLayout,
    transactions: 'auto',
    to: 'end',
    endsWhenRefused: true,
    signal: new AbortController().signal,
    time: passingTime().time,
    ...given,
  });
}

const positionIn = ({ headers }: TopicRecord) => BigInt(headers.get('position') ?? -1);

/** Every event once, and those of each partition in the order of the log. */
export function expectEachOnceInOrder(log: MemoryLog, topics: MemoryTopics): void {
  const all = topics.all().map((records) => records.map(positionIn));
  for (const positions of all) {
    expect(positions.every((each, index) => index === 0 || each > positions[index - 1]!)).toBe(
      true,
    );
  }
  const found = all.flat().sort((one, other) => (one < other ? -1 : 1));
  expect(found.length).toBe(log.events.length);
  expect(found).toEqual(log.events.map(({ position }) => position));
}
