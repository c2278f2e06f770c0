import { afterEach, describe, expect, test } from '@jest/globals';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { AggregateStore } from '../../src/folds/aggregate-store.js';
import { ProcessedCommands, markOf } from '../../src/folds/processed-commands.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { CountedLog } from '../controls/counted-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { SnapshotFolder } from './snapshot-folder.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Two commands whose marks are the same: among so many there are some. */
function mistakable(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let n = 0; ; n += 1) {
    const commandId = `command ${n}`;
    const other = seen.get(markOf(commandId));
    if (other !== undefined) return [other, commandId];
    seen.set(markOf(commandId), commandId);
  }
}

describe('which commands were carried out', () => {
  test('is decided by the log when two have the same mark', async () => {
    const [first, second] = mistakable();
    const log = new CountedLog();
    log.fill('cart-1', 300, (at) => (at === 7 ? { commandId: first } : {}));
    const folder = await SnapshotFolder.make(cleanup);
    for (const snapshots of [folder.open(), folder.open()]) {
      const aggregates = new AggregateStore(log, { folds: new StreamFolds(log, snapshots) });
      const loaded = await aggregates.fresh(cartAggregate, 'cart-1');
      expect(await aggregates.processed('cart-1', loaded, second)).toBe(undefined);
      expect(await aggregates.processed('cart-1', loaded, first)).toMatchObject({ revision: 7 });
    }
  });

  test('names the last event of a command that had several', () => {
    const commands = new ProcessedCommands();
    for (const revision of [3, 4, 5]) commands.note(revision, { commandId: 'several' });
    commands.note(6, {});
    expect(commands.remembered('several')).toEqual({ revision: 5, hash: undefined });
    expect([...commands.suspects('several')]).toEqual([5, 4, 3]);
  });

  test('takes a few bytes for each event, however many there are', () => {
    const commands = new ProcessedCommands();
    for (let n = 0; n < 10_000; n += 1) commands.note(n, { commandId: `command ${n}` });
    expect(commands.bytes).toBeLessThan(60_000);
    expect(commands.remembered('command 0')).toBe(undefined);
    expect([...commands.suspects('command 0')]).toContain(0);
    expect(commands.remembered('command 9999')?.revision).toBe(9_999);
  });

  test('has no candidate for a command that was never sent', () => {
    const commands = new ProcessedCommands();
    for (let n = 0; n < 100; n += 1)
      commands.note(n, n % 2 === 0 ? {} : { commandId: `command ${n}` });
    expect([...commands.suspects('another')]).toEqual([]);
  });
});
