// The message that a receiver gets: its body, and the headers of Standard Webhooks
// (https://www.standardwebhooks.com), for which receivers have libraries.
import { createHmac } from 'node:crypto';
import { occurredAt, type StoredEvent } from '../event-store/stored-event.js';

export interface SignedMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const SECRET_PREFIX = 'whsec_';

/** As the admin gets it. */
export function shownSecret(secret: Buffer): string {
  return `${SECRET_PREFIX}${secret.toString('base64')}`;
}

/**
 * The event as the log has it, apart from what it says of its actor. Personal data stays encrypted;
 * `encrypted` names the fields.
 */
export function bodyOf(stored: StoredEvent): string {
  const { id, type, stream, revision, position, data, metadata } = stored;
  return JSON.stringify({
    ...{ id, type, schemaVersion: metadata.schemaVersion },
    timestamp: new Date(occurredAt(stored)).toISOString(),
    ...{ stream, revision, position: String(position), data },
    encrypted: sealedFields(data),
  });
}

/**
 * @param secrets each signs; a receiver knows one of them
 * @param sentAt in milliseconds since 1970
 */
export function signedMessage(
  deliveryId: string,
  body: string,
  secrets: readonly Buffer[],
  sentAt: number,
): SignedMessage {
  const timestamp = String(Math.floor(sentAt / 1_000));
  const signed = `${deliveryId}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'cartograph-webhooks',
      'webhook-id': deliveryId,
      'webhook-timestamp': timestamp,
      // As Standard Webhooks has several: divided by a space.
      'webhook-signature': signatures.join(' '),
    },
  };
}

/** The paths of the encrypted fields, such as `contact`. */
function sealedFields(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('sealed' in value && 'keyId' in value) return [path.join('.')];
  return Object.entries(value).flatMap(([name, each]) => sealedFields(each, [...path, name]));
}
