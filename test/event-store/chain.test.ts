// One altered thing in the middle of a stream, whatever it is, is named by its stream and revision.
import { describe, expect, test } from '@jest/globals';
import { brokenLinkInWords, ChainCheck, chained, NO_CHAIN } from '../../src/event-store/chain.js';
import type { NewEvent, StoredEvent } from '../../src/event-store/stored-event.js';

const LENGTH = 6;

function stream(name = 'cart-1'): (NewEvent & StoredEvent)[] {
  const events = Array.from({ length: LENGTH }, (_, revision) => ({
    id: `id-${revision}`,
    type: 'ItemAdded',
    data: { sku: 'MUG', quantity: revision + 1 },
    metadata: { schemaVersion: 2, occurredAt: `2026-11-23T08:00:0${revision}.000Z` },
  }));
  return chained(name, NO_CHAIN, events).map((event, revision) => {
    return { ...event, stream: name, revision, position: BigInt(revision), recordedAt: 0 };
  });
}

function broken(events: readonly StoredEvent[]): string[] {
  const check = new ChainCheck();
  return events
    .flatMap((event) => check.check(event) ?? [])
    .map((found) => brokenLinkInWords(found).split(':')[0]!);
}

const alterations: Readonly<Record<string, (event: StoredEvent) => StoredEvent>> = {
  data: (event) => ({ ...event, data: { sku: 'MUG', quantity: 99 } }),
  type: (event) => ({ ...event, type: 'ItemRemoved' }),
  id: (event) => ({ ...event, id: 'another' }),
  time: (event) => ({ ...event, metadata: { ...event.metadata, occurredAt: '2020' } }),
  'schema version': (event) => ({ ...event, metadata: { ...event.metadata, schemaVersion: 1 } }),
  actor: (event) => ({ ...event, metadata: { ...event.metadata, actor: { kind: 'admin' } } }),
};

describe('the hash chain of a stream', () => {
  test('holds as it was written, and goes on where it was left', () => {
    expect(broken([...stream(), ...stream('cart-2')])).toEqual([]);
    const [first, ...rest] = stream();
    const end = { revision: 0, chain: first?.metadata.chain };
    const again = chained('cart-1', end, rest);
    expect(again.map(({ metadata }) => metadata.chain)).toEqual(
      rest.map(({ metadata }) => metadata.chain),
    );
  });

  test.each(Object.entries(alterations))('names where the %s was altered', (_what, alter) => {
    for (let revision = 0; revision < LENGTH; revision += 1) {
      const events = stream().map((event) => (event.revision === revision ? alter(event) : event));
      expect(broken(events)).toEqual([`cart-1@${revision}`]);
    }
  });

  test('names where an event is left out, put in, swapped or moved to another stream', () => {
    const events = stream();
    expect(broken(events.toSpliced(2, 1))).toEqual(['cart-1@3']);
    const renumbered = events.toSpliced(2, 1).map((event, revision) => ({ ...event, revision }));
    expect(broken(renumbered)[0]).toBe('cart-1@2');
    expect(broken(events.toSpliced(2, 0, { ...events[4]!, revision: 2 }))[0]).toBe('cart-1@2');
    const moved = stream('cart-2').map((event) => ({ ...event, stream: 'cart-1' }));
    expect(broken(moved)[0]).toBe('cart-1@0');
  });

  test('begins anywhere, but does not end', () => {
    const unchained = stream().map((event) => {
      const { schemaVersion, occurredAt } = event.metadata;
      return event.revision < 2 ? { ...event, metadata: { schemaVersion, occurredAt } } : event;
    });
    const continued = chained('cart-1', { revision: 1, chain: undefined }, unchained.slice(2));
    const events = unchained.map((event) => {
      const link = continued[event.revision - 2];
      return link === undefined ? event : { ...event, metadata: link.metadata };
    });
    const check = new ChainCheck();
    expect(events.flatMap((event) => check.check(event) ?? [])).toEqual([]);
    expect(check.unchained).toBe(2);
    const { schemaVersion, occurredAt } = events[4]!.metadata;
    const cut = events.with(4, { ...events[4]!, metadata: { schemaVersion, occurredAt } });
    expect(broken(cut)).toContain('cart-1@4');
  });
});
