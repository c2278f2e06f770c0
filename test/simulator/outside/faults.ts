// What goes wrong between the shop and the outside.

/** What a receiver of webhooks does with a message. */
export const RECEIVER_FAULTS = [
  /** Nothing listens at the address of a webhook. */
  'webhookAway',
  /** The receiver takes nothing, and says so. */
  'webhookFails',
  /** The receiver points to an address inside of the shop. */
  'webhookRedirects',
  /** The receiver has taken it, and never answers. */
  'webhookHangs',
  /** The receiver has taken it, and closes before its status is whole. */
  'webhookCloses',
  /** The receiver has taken it, and answers with what is not HTTP. */
  'webhookGarbage',
  /** The receiver gets the same message again, some time later. */
  'webhookAgain',
] as const;

export const OUTSIDE_FAULTS = [
  /** A request to the gateway never arrives. */
  'gatewayLost',
  /** The gateway has done it, and its answer never comes. */
  'gatewayAnswerLost',
  /** The gateway has done it, and answers when nobody waits any more. */
  'gatewayLate',
  /** A request arrives again, some time later. */
  'gatewayAgain',
  /** The gateway has done it, and answers with what is no outcome. */
  'gatewayGarbage',
  /** The gateway does nothing, and says so. */
  'gatewayFails',
  /** The mail server takes nothing, and says so. */
  'mailAway',
  /** The mail server has taken a mail, and the connection breaks before it says so. */
  'mailAnswerLost',
  ...RECEIVER_FAULTS,
  /** The name of a receiver stands for an address inside of the shop. */
  'webhookMisled',
] as const;

export type OutsideFault = (typeof OUTSIDE_FAULTS)[number];

/** How often in a request, from 0 to 1. */
export type OutsideRates = Readonly<Partial<Record<OutsideFault, number>>>;
