// A receiver of webhooks that passes over ids that it knows has each event once.
import type { Law } from './law.js';
import { WebhookAccount } from './webhook-account.js';

export const postedOnce: Law = {
  name: 'posted once',
  promise: 'A webhook gets the events that it asked for, each under one id, signed, and no others.',
  watch(_world, report) {
    const account = new WebhookAccount();
    /** By webhook and event: the id of its messages. And the other way. */
    const ids = new Map<string, string>();
    const events = new Map<string, string>();
    return {
      stored(event) {
        account.add(event);
      },
      did(deed) {
        if (deed.kind !== 'notified') return;
        const { url, eventId, messageId } = deed;
        const problem = account.problemOf(deed);
        if (problem !== undefined) report(`${eventId} was posted to ${url}, ${problem}`);
        const event = `${url} ${eventId}`;
        const id = ids.get(event) ?? messageId;
        if (id !== messageId) report(`${eventId} was posted to ${url} as ${id} and ${messageId}`);
        if (messageId === '' || (events.get(messageId) ?? event) !== event) {
          report(`${messageId} stands for several events`);
        }
        ids.set(event, id);
        events.set(messageId, event);
      },
    };
  },
};
