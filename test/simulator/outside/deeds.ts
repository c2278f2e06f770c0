// What was done outside of the shop, as those say it who did it: the bank of the payment gateway, the
// mail server, and the receivers of webhooks. Plain data, as the history is.

export interface ChargeDeed {
  readonly kind: 'charged';
  /** The idempotency key. */
  readonly key: string;
  readonly token: string;
  readonly amount: number;
}

export interface RefundDeed {
  readonly kind: 'refunded';
  readonly key: string;
  readonly chargeKey: string;
  readonly amount: number;
}

export interface MailDeed {
  readonly kind: 'mailed';
  readonly messageId: string;
}

/** A receiver of webhooks has taken a message. */
export interface NotifiedDeed {
  readonly kind: 'notified';
  /** Where it went. */
  readonly url: string;
  /** The id by which a receiver knows a repetition. */
  readonly messageId: string;
  readonly eventId: string;
  /** Of the event. */
  readonly type: string;
  /** Whether it was signed with the secret that the webhook's admin was shown. */
  readonly isGenuine: boolean;
}

export type Deed = ChargeDeed | RefundDeed | MailDeed | NotifiedDeed;

/** An event that a reaction of some instance has parked, and that waits when the run ends. */
export interface ParkedEvent {
  readonly reaction: string;
  readonly stream: string;
  readonly revision: number;
}
