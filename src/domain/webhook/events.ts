// The events of the shop's webhooks, all in one stream. None has a secret. Stored format: change
// only by adding a version and an upcaster.

/** Events of the shop are from now on posted to an address. */
export interface WebhookRegistered {
  readonly type: 'WebhookRegistered';
  readonly data: {
    readonly webhookId: string;
    readonly url: string;
    readonly eventTypes: readonly string[];
    /** Commit position, in decimal digits: only later events are delivered. */
    readonly after: string;
  };
}

/** It has another address or other types, and is enabled again. */
export interface WebhookChanged {
  readonly type: 'WebhookChanged';
  readonly data: {
    readonly webhookId: string;
    readonly url: string;
    readonly eventTypes: readonly string[];
  };
}

/** The receiver wants no more: it answered with 410. */
export interface WebhookDisabled {
  readonly type: 'WebhookDisabled';
  readonly data: { readonly webhookId: string; readonly reason: 'GONE' };
}

/** Nothing is sent until it is resumed; its deliveries wait. */
export interface WebhookPaused {
  readonly type: 'WebhookPaused';
  readonly data: { readonly webhookId: string };
}

/** It is sent to again, also after it was disabled. */
export interface WebhookResumed {
  readonly type: 'WebhookResumed';
  readonly data: { readonly webhookId: string };
}

/** Its messages are signed with another secret. */
export interface WebhookSecretRotated {
  readonly type: 'WebhookSecretRotated';
  readonly data: { readonly webhookId: string };
}

export interface WebhookRemoved {
  readonly type: 'WebhookRemoved';
  readonly data: { readonly webhookId: string };
}

export type WebhookEvent =
  | WebhookRegistered
  | WebhookChanged
  | WebhookDisabled
  | WebhookPaused
  | WebhookResumed
  | WebhookSecretRotated
  | WebhookRemoved;
