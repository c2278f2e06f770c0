// One event for one webhook, from its plan to its end.
import { v5 } from 'uuid';
import type { SendOutcome } from './sender.js';

/** WAITING: it is due now or later. GIVEN_UP: it is not tried again by itself. */
export type DeliveryStatus = 'WAITING' | 'DELIVERED' | 'GIVEN_UP';

/**
 * DISABLED: the webhook was disabled or removed. NO_SECRET: this instance has no secret of it.
 * EVENT_GONE: the log no longer has the event.
 */
export type DeliveryOutcome = SendOutcome | 'DISABLED' | 'NO_SECRET' | 'EVENT_GONE';

export interface WebhookDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: number;
  readonly status: DeliveryStatus;
  /** Number of attempts. */
  readonly attempts: number;
  /** In milliseconds since 1970. */
  readonly plannedAt: number;
  readonly dueAt: number;
}

export interface DeliveryAttempt {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly durationMs: number;
  readonly httpStatus: number | null;
  readonly outcome: string;
}

/** The place of a delivery in its webhook's list. */
export interface DeliveryPlace {
  readonly at: number;
  readonly id: string;
}

const DELIVERY_IDS = '0e8b6a1f-3f0c-5c8e-9b55-4c7d2f1a9e30';

/** An event is delivered to a webhook once: its messages have one id, however often sent. */
export function deliveryIdOf(webhookId: string, eventId: string): string {
  return v5(`${webhookId}/${eventId}`, DELIVERY_IDS);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses after each failure, in milliseconds; after the last one it is given up: two days. */
const PAUSES_MS = [
  ...[5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE],
  ...[HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
];

/**
 * The pause after a failed attempt; undefined after the last one.
 *
 * @param failures so far, with this one
 * @param random from 0 to 1: receivers that were away are not asked by all deliveries at once
 */
export function pauseAfter(failures: number, random: number): number | undefined {
  const pause = PAUSES_MS[failures - 1];
  return pause === undefined ? undefined : pause * (0.75 + random / 2);
}

/** A receiver cannot ask for a longer pause than the longest one of all. */
export const MAX_ASKED_PAUSE_MS = 24 * HOUR;

/** Older events are not delivered, and older deliveries that are over are forgotten: 30 days. */
export const KEPT_MS = 30 * 24 * HOUR;
