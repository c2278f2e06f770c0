// What goes wrong between the shop and the outside.

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
] as const;

export type OutsideFault = (typeof OUTSIDE_FAULTS)[number];

/** How often in a request, from 0 to 1. */
export type OutsideRates = Readonly<Partial<Record<OutsideFault, number>>>;
