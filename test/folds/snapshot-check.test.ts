import { afterEach, expect, test } from '@jest/globals';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { SnapshotCheck } from '../../src/folds/snapshots/snapshot-check.js';
import type { Snapshots } from '../../src/folds/snapshots/snapshots.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { added, existing } from '../controls/cart.js';
import { CountedLog } from '../controls/counted-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { SnapshotFolder } from './snapshot-folder.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function kept(fold = cartAggregate) {
  const folder = await SnapshotFolder.make(cleanup);
  const log = new CountedLog();
  log.fill('cart-1', 200, (at) => ({ commandId: `command ${at}` }));
  const snapshots = folder.open();
  await new StreamFolds(log, snapshots).upTo(fold, 'cart-1');
  return { log, snapshots };
}

async function findings(log: CountedLog, snapshots: Snapshots) {
  const check = new SnapshotCheck(snapshots).of(cartAggregate);
  const events: StoredEvent[] = [];
  for await (const event of check.watch(log.readStream('cart-1'))) events.push(event);
  expect(events).toEqual(log.eventsOf('cart-1'));
  return check.findings;
}

test('snapshots agree with the log of which they were taken', async () => {
  const { log, snapshots } = await kept();
  expect(await findings(log, snapshots)).toEqual({ checked: 12, ofOtherLogs: 0, differences: [] });
});

test('one that is not the fold of its log is named', async () => {
  // A fold that errs, and says that it is the one that does not.
  const evolve: typeof cartAggregate.decider.evolve = (state, event) => {
    const next = cartAggregate.decider.evolve(state, event);
    return event.revision === 150 ? { ...existing(next), currency: 'XXX' } : next;
  };
  const { log, snapshots } = await kept({
    ...cartAggregate,
    decider: { ...cartAggregate.decider, evolve },
  });
  const { differences } = await findings(log, snapshots);
  expect(differences).toEqual(
    [159, 175, 191].map((at) => `snapshot of cart-1@${at} differs from its fold`),
  );
});

test('those of a restored log are no difference, because they are never used', async () => {
  const { log, snapshots } = await kept();
  log.cutTo('cart-1', 100);
  expect(await findings(log, snapshots)).toEqual({ checked: 6, ofOtherLogs: 1, differences: [] });
  while (log.eventsOf('cart-1').length < 200) log.append('cart-1', added('B', 1, 1));
  expect(await findings(log, snapshots)).toEqual({ checked: 6, ofOtherLogs: 1, differences: [] });
});
