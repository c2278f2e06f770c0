// The admin who registers the webhooks of a run, before anybody buys, and hands each secret to its
// receiver. What is not answered is asked again under the same command id.
import { webhookEventTypes } from '../../../src/domain/webhook/event-types.js';
import type { WebhookDesk } from '../../../src/webhooks/webhook-desk.js';
import type { Outside } from './outside.js';
import type { Receiver } from './receivers.js';

const isOfOrder = (type: string) => type.includes('Order') || /^(Payment|Refund|Inv)/.test(type);

/** Two, so that one's troubles are not the other's. */
export const receivers: readonly Receiver[] = [
  { url: 'https://orders.example.com/hook', eventTypes: webhookEventTypes.filter(isOfOrder) },
  {
    url: 'https://goods.example.com/hook',
    eventTypes: webhookEventTypes.filter((type) => !isOfOrder(type)),
  },
];

const PAUSE_MS = 100;

type DeskOf = () => Pick<WebhookDesk, 'register'> | undefined;

/**
 * @param deskOf that of the instance that is asked; undefined while it is down
 * @returns what tells how much is left to do
 */
export function registerWebhooks(outside: Outside, deskOf: DeskOf): () => number {
  let left = 1;
  void registerAll(outside, deskOf).then(() => (left = 0));
  return () => left;
}

async function registerAll(outside: Outside, deskOf: DeskOf): Promise<void> {
  const { schedule, world, randomness } = outside;
  for (const { url, eventTypes } of receivers) {
    const context = { actor: { kind: 'admin' }, commandId: randomness.newId() };
    for (;;) {
      const registered = await deskOf()
        ?.register({ url, eventTypes }, context)
        .catch(() => undefined);
      if (registered?.secret != null) {
        outside.receivers.knowsSecret(url, registered.secret);
        break;
      }
      await new Promise<void>((resolve) => {
        schedule.after(PAUSE_MS, world, 'admin tries again', resolve);
      });
    }
  }
}
