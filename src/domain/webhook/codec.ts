// Stored shapes of the events of webhooks. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { codecOf, firstVersion, keySchema as key, type StoredEventTypes } from '../codec.js';
import type { WebhookEvent } from './events.js';

const webhookId = key.max(100);
const target = { webhookId, url: z.string().min(1), eventTypes: z.array(key).min(1) };

export const storedWebhookEvents: StoredEventTypes<WebhookEvent> = {
  WebhookRegistered: firstVersion(z.object({ ...target, after: z.string().regex(/^\d{1,20}$/) })),
  WebhookChanged: firstVersion(z.object(target)),
  WebhookDisabled: firstVersion(z.object({ webhookId, reason: z.literal('GONE') })),
  WebhookPaused: firstVersion(z.object({ webhookId })),
  WebhookResumed: firstVersion(z.object({ webhookId })),
  WebhookSecretRotated: firstVersion(z.object({ webhookId })),
  WebhookRemoved: firstVersion(z.object({ webhookId })),
};

export const webhookCodec = codecOf<WebhookEvent>(storedWebhookEvents);
