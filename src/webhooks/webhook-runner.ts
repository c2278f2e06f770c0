// Runs the webhooks as a shared reaction: an event → a planned delivery for each webhook of its
// type. The deliveries are made apart from that, because each receiver has its own troubles.
import type { WebhookCommands } from '../commands/webhook-commands.js';
import { webhookEventTypes } from '../domain/webhook/event-types.js';
import { isAway } from '../errors/catalogue.js';
import type { EventStore } from '../event-store/event-store.js';
import type { GroupStart } from '../event-store/persistent-groups.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { Reaction } from '../process-managers/reaction.js';
import { retrying } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import { deliveryIdOf, KEPT_MS } from './delivery.js';
import type { DeliveryLog } from './delivery-log.js';

export const webhookKind = { name: 'webhooks', types: webhookEventTypes } as const;

export interface WebhookRunnerPorts {
  readonly webhooks: Pick<WebhookCommands, 'freshState'>;
  readonly log: Pick<DeliveryLog, 'plan'>;
  /** Called when something is due. */
  readonly wake: () => void;
  readonly time: Time;
}

const PAUSE_MS = { least: 250, most: 5_000 };

export function webhookReaction({ webhooks, log, wake, time }: WebhookRunnerPorts): Reaction {
  const plan = async (stored: StoredEvent) => {
    const { id: eventId, type: eventType, stream, revision, position } = stored;
    const now = time.now();
    if (stored.recordedAt < now - KEPT_MS) return;
    const wanting = (await webhooks.freshState()).webhooks.filter(
      ({ isEnabled, eventTypes, after }) =>
        isEnabled && eventTypes.includes(eventType) && position > BigInt(after),
    );
    for (const { id: webhookId, url } of wanting) {
      const id = deliveryIdOf(webhookId, eventId);
      await log.plan({ id, webhookId, url, eventId, eventType, stream, revision }, now);
    }
    if (wanting.length > 0) wake();
  };
  return {
    ...webhookKind,
    // The types of these events are those of the shop's streams alone.
    prefix: '',
    act: (stored, signal, onFailure) =>
      retrying(() => plan(stored), {
        ...{ retryIf: isAway, pauseMs: PAUSE_MS, time, signal },
        ...(onFailure && { onFailure }),
      }),
  };
}

/**
 * A group that is made starts at the first registration: no webhook wants an earlier event. With
 * none, it starts at the end of the log; EventStoreDB's own end would move at each of its restarts.
 */
export async function webhookStart(
  webhooks: Pick<WebhookCommands, 'freshState'>,
  store: Pick<EventStore, 'headPosition'>,
): Promise<GroupStart> {
  const { webhooks: all } = await webhooks.freshState();
  let least = await store.headPosition();
  for (const { after } of all) if (BigInt(after) < least) least = BigInt(after);
  return least;
}
