// Stands for src/subscriptions/subscription.ts in a service whose reactions get every tenth event
// twice or in another order. The last of a batch stays the last, so that no checkpoint passes an
// event that was not delivered.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { SubscriptionOptions } from '../../../src/subscriptions/subscription.js';

type Subscriptions = typeof import('../../../src/subscriptions/subscription.js');

const built = new URL('../../../dist/subscriptions/subscription.js?undisturbed', import.meta.url);
const undisturbed = (await import(built.href)) as Subscriptions;

/** Of the events, this share comes twice, or in another order. */
const SHARE = 0.1;
/** How many earlier events may come again, long after they were handled. */
const MOST_REMEMBERED = 200;

export function runSubscription(options: SubscriptionOptions): Promise<void> {
  // A subscription to some types is a reaction's; others keep rows.
  if (options.types === undefined) return undisturbed.runSubscription(options);
  const remembered: StoredEvent[] = [];
  const handle = async (batch: readonly StoredEvent[]) => {
    await options.handle(disturbed(batch, remembered));
    remembered.push(...batch);
    remembered.splice(0, remembered.length - MOST_REMEMBERED);
  };
  return undisturbed.runSubscription({ ...options, handle });
}

function disturbed(batch: readonly StoredEvent[], earlier: readonly StoredEvent[]): StoredEvent[] {
  const last = batch.at(-1);
  const events = batch.flatMap((event) => (isDrawn() ? [event, event] : [event]));
  for (let index = 1; index < events.length; index += 1) {
    const [one, other] = [events[index - 1], events[index]];
    if (one === undefined || other === undefined || !isDrawn()) continue;
    events[index - 1] = other;
    events[index] = one;
  }
  const again = earlier[Math.floor(Math.random() * earlier.length)];
  if (again !== undefined && isDrawn()) events.unshift(again);
  if (last !== undefined && events.at(-1) !== last) events.push(last);
  return events;
}

function isDrawn(): boolean {
  return Math.random() < SHARE;
}
