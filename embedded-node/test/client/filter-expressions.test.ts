// Regular expressions of filters are those of the real server, for subscriptions and for groups
// alike.
import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import {
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { happened, onEachNode, take } from './given.js';

onEachNode('a filter', (given) => {
  test.each<[written: string, (own: string) => string]>([
    ['without regard to case', (own) => `(?i)^SHOP-${own.toUpperCase()}`],
    ['from the very beginning to the very end', (own) => `\\Ashop-${own}\\z`],
    ['with the other end', (own) => `${own}\\Z`],
    ['by classes of Unicode', (own) => `^\\p{Ll}{4}-${own}$`],
    ['with escapes that are not needed', (own) => `^shop\\-${own}`],
    ['by a named group', (own) => `^(?<category>shop)-${own}`],
  ])('%s', async (_, expression) => {
    const own = randomBytes(8).toString('hex');
    await given.client.appendToStream(`shop-${own}`, happened(0));
    const filter = streamNameFilter({ regex: expression(own) });
    const [followed] = await take(given.client.subscribeToAll({ filter }), 1);
    expect(followed!.event!.streamId).toBe(`shop-${own}`);
    const settings = allSettings({ startFrom: START });
    await given.client.createPersistentSubscriptionToAll(own, settings, { filter });
    const [delivered] = await take(given.client.subscribeToPersistentSubscriptionToAll(own), 1);
    expect(delivered!.event!.streamId).toBe(`shop-${own}`);
  });

  test.each(['(', '[z-a]', '\\y', 'a**'])('%s is no expression', async (regex) => {
    const filter = streamNameFilter({ regex });
    const followed = take(given.client.subscribeToAll({ filter }), 1);
    await expect(followed).rejects.toMatchObject({ code: 2 });
    const created = given.client.createPersistentSubscriptionToAll(regex, allSettings(), {
      filter,
    });
    await expect(created).rejects.toMatchObject({ code: 2 });
  });
});
