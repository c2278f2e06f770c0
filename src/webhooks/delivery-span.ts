// The span of an attempt to deliver: a trace of its own, linked to the one in which the event was
// appended. The receiver gets its place, so that it can go on with the trace. It tells no URL: that
// may have a secret.
import type { StoredEvent } from '../event-store/stored-event.js';
import { inSpan, type TraceSpan, type Tracing } from '../tracing/tracing.js';
import { traceparentIn } from '../tracing/traceparent.js';
import type { WebhookDelivery } from './delivery.js';
import type { Sent } from './sender.js';
import type { SignedMessage } from './signed-message.js';

/** Undefined for an event that was not appended in a sampled trace. */
export function deliverySpan(
  tracing: Tracing,
  { id, webhookId, attempts }: WebhookDelivery,
  { type, metadata }: StoredEvent,
): TraceSpan | undefined {
  const traceparent = traceparentIn(metadata);
  if (traceparent === undefined) return undefined;
  const attributes = {
    'http.request.method': 'POST',
    'cartograph.webhook.id': webhookId,
    'cartograph.webhook.delivery': id,
    'cartograph.webhook.attempt': attempts + 1,
    'cartograph.event.type': type,
  };
  return tracing.react({ name: 'deliver webhook', kind: 'client', attributes }, traceparent);
}

export function sendInSpan(
  span: TraceSpan,
  message: SignedMessage,
  send: (message: SignedMessage) => Promise<Sent>,
): Promise<Sent> {
  // The signature is of the id, the time and the body.
  const headers = { ...message.headers, traceparent: span.traceparent };
  return inSpan(
    span,
    () => send({ ...message, headers }),
    ({ outcome, status }) => ({
      'cartograph.outcome': outcome,
      ...(status !== null && { 'http.response.status_code': status }),
    }),
  );
}
