// Which events the shop's webhooks asked for, and which of them their receivers have.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { NotifiedDeed, ParkedEvent } from '../outside/deeds.js';

interface Subscription {
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly after: bigint;
}

export class WebhookAccount {
  private readonly subscriptions: Subscription[] = [];
  private readonly stored = new Map<string, StoredEvent>();
  /** Keys of events that no receiver has told of yet. */
  private readonly due = new Map<string, { readonly url: string; readonly event: StoredEvent }>();

  add(event: StoredEvent): void {
    this.stored.set(event.id, event);
    if (event.type === 'WebhookRegistered' && event.stream === WEBHOOKS) {
      const { url, eventTypes, after } = event.data as Subscription & { readonly after: string };
      this.subscriptions.push({ url, eventTypes, after: BigInt(after) });
    }
    for (const { url, eventTypes, after } of this.subscriptions) {
      if (!eventTypes.includes(event.type) || event.position <= after) continue;
      this.due.set(keyOf(url, event.id), { url, event });
    }
  }

  notified({ url, eventId }: NotifiedDeed): void {
    this.due.delete(keyOf(url, eventId));
  }

  /** What is wrong with a message, whenever it comes; undefined if nothing is. */
  problemOf({ url, eventId, type, isGenuine }: NotifiedDeed): string | undefined {
    const subscription = this.subscriptions.find((one) => one.url === url);
    if (subscription === undefined) return 'which no webhook names';
    const event = this.stored.get(eventId);
    if (event?.type !== type) return 'and the log has no such event';
    const isMeant = subscription.eventTypes.includes(type) && event.position > subscription.after;
    if (!isMeant) return 'and the webhook has not asked for it';
    return isGenuine ? undefined : 'and the signature is not that of its secret';
  }

  /** What no receiver has, unless it waits for an operator. */
  *missing(parked: readonly ParkedEvent[]): Generator<string> {
    for (const { url, event } of this.due.values()) {
      const { stream, revision, type } = event;
      const isParked = parked.some(
        (one) => one.reaction === 'webhooks' && one.stream === stream && one.revision === revision,
      );
      if (!isParked) yield `${type} of ${stream} was not posted to ${url}`;
    }
  }
}

/** All webhooks are in one stream. */
export const WEBHOOKS = 'webhook-shop';

function keyOf(url: string, eventId: string): string {
  return `${url} ${eventId}`;
}
