// What was done outside of the shop, as those say it who did it: the bank of the payment gateway, and
// the mail server. Plain data, as the history is.

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

export type Deed = ChargeDeed | RefundDeed | MailDeed;

/** An event that a reaction of some instance has parked, and that waits when the run ends. */
export interface ParkedEvent {
  readonly reaction: string;
  readonly stream: string;
  readonly revision: number;
}
