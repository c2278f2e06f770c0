// The shop's webhooks, folded from their events.
import { assertNever } from '../assert-never.js';
import type { Recorded } from '../decider.js';
import type { WebhookEvent } from './events.js';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  /** Commit position, in decimal digits: only later events are delivered. */
  readonly after: string;
  /** Nothing is delivered to one that is not. */
  readonly isEnabled: boolean;
  /** Its deliveries wait until it is resumed. */
  readonly isPaused: boolean;
  /** Of the last event about it. */
  readonly revision: number;
  /** Revision of the event that gave it the secret of now. */
  readonly secretRevision: number;
  /** In milliseconds since 1970. */
  readonly registeredAt: number;
}

export interface WebhooksState {
  /** In the order of their registration. */
  readonly webhooks: readonly Webhook[];
  readonly revision: number;
}

export const noWebhooks: WebhooksState = { webhooks: [], revision: -1 };

export function evolve(state: WebhooksState, event: Recorded<WebhookEvent>): WebhooksState {
  const { revision } = event;
  return { webhooks: webhooksAfter(state.webhooks, event), revision };
}

export function webhookOf({ webhooks }: WebhooksState, id: string): Webhook | undefined {
  return webhooks.find((webhook) => webhook.id === id);
}

function webhooksAfter(
  webhooks: readonly Webhook[],
  event: Recorded<WebhookEvent>,
): readonly Webhook[] {
  const { revision } = event;
  const others = webhooks.filter(({ id }) => id !== event.data.webhookId);
  const changed = (change: Partial<Webhook>) =>
    webhooks.map((one) =>
      one.id === event.data.webhookId ? { ...one, ...change, revision } : one,
    );
  switch (event.type) {
    case 'WebhookRegistered': {
      const { webhookId: id, ...terms } = event.data;
      const state = { isEnabled: true, isPaused: false, revision, secretRevision: revision };
      return [...others, { id, ...terms, ...state, registeredAt: event.occurredAt }];
    }
    case 'WebhookChanged': {
      const { url, eventTypes } = event.data;
      return changed({ url, eventTypes, isEnabled: true });
    }
    case 'WebhookDisabled':
      return changed({ isEnabled: false });
    case 'WebhookPaused':
      return changed({ isPaused: true });
    case 'WebhookResumed':
      return changed({ isEnabled: true, isPaused: false });
    case 'WebhookSecretRotated':
      return changed({ secretRevision: revision });
    case 'WebhookRemoved':
      return others;
    default:
      return assertNever(event);
  }
}
