// The receivers of the shop's webhooks: each has a host of its own, and knows the secret that its
// admin was shown. What they take they tell at once; what they have had before they tell again.
import { createHmac } from 'node:crypto';
import type { SignedMessage } from '../../../src/webhooks/signed-message.js';
import type { Deed } from './deeds.js';

export interface Receiver {
  readonly url: string;
  readonly eventTypes: readonly string[];
}

/** Where all their hosts are: an address of the public internet. */
export const PUBLIC_ADDRESS = '8.8.4.4';

export class Receivers {
  /** By address of the webhook, as Standard Webhooks writes secrets. */
  private readonly secrets = new Map<string, string>();

  constructor(private readonly told: (deed: Deed) => void) {}

  knowsSecret(url: string, secret: string): void {
    this.secrets.set(url, secret);
  }

  /** @param address where the connection went */
  takes(url: string, address: string, { body, headers }: SignedMessage): void {
    const event = JSON.parse(body) as { readonly id: string; readonly type: string };
    this.told({
      kind: 'notified',
      url: address === PUBLIC_ADDRESS ? url : `http://${address}/`,
      messageId: headers['webhook-id'] ?? '',
      eventId: event.id,
      type: event.type,
      isGenuine: this.isGenuine(url, body, headers),
    });
  }

  /** Before the admin was shown the secret, a receiver cannot tell. */
  private isGenuine(url: string, body: string, headers: SignedMessage['headers']): boolean {
    const secret = this.secrets.get(url);
    if (secret === undefined) return true;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    return (headers['webhook-signature'] ?? '').split(' ').includes(`v1,${expected}`);
  }
}
