// Delivers what is due. Each webhook has a lane of its own, so a receiver that hangs delays its own
// deliveries alone. A delivery that a crash interrupts is sent again with the same id: its receiver
// may have it, and ignores an id that it knows.
import type { WebhookCommands } from '../commands/webhook-commands.js';
import { webhookOf } from '../domain/webhook/state.js';
import { isAway } from '../errors/catalogue.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { UNAWARE_LEADER_MS } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { Tracing } from '../tracing/tracing.js';
import { retrying } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import {
  type DeliveryOutcome,
  KEPT_MS,
  MAX_ASKED_PAUSE_MS,
  pauseAfter,
  type WebhookDelivery,
} from './delivery.js';
import type { DeliveryLog } from './delivery-log.js';
import type { Sent } from './sender.js';
import { bodyOf, type SignedMessage, signedMessage } from './signed-message.js';
import { deliverySpan, sendInSpan } from './delivery-span.js';
import type { WebhookSecrets } from './webhook-secrets.js';

export interface DeliveriesPorts {
  readonly webhooks: Pick<WebhookCommands, 'freshState' | 'disable'>;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly log: DeliveryLog;
  readonly secrets: Pick<WebhookSecrets, 'find'>;
  readonly send: (url: string, message: SignedMessage) => Promise<Sent>;
  readonly time: Time;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Called with faults from which it recovers. */
  readonly onFault: (fault: unknown) => void;
}

/** What became of an attempt. */
interface Ended {
  readonly outcome: DeliveryOutcome;
  readonly status: number | null;
  /** For as long the receiver wants no other attempt. */
  readonly askedPauseMs?: number;
}

/** What is sent, or why nothing can be. */
type Prepared = Ended | { readonly url: string; readonly send: () => Promise<Sent> };

/** Deliveries that a webhook gets at once. */
const WIDTH = 4;
const NOTE_PAUSE_MS = { least: 250, most: 1_000 };
/** A later attempt cannot help these. */
const LAST: ReadonlySet<DeliveryOutcome> = new Set(['GONE', 'DISABLED', 'EVENT_GONE']);
/** What the log says: a leader that was replaced may not have come to the event or the webhook. */
const READ: ReadonlySet<DeliveryOutcome> = new Set(['DISABLED', 'EVENT_GONE']);
/**
 * The instance that planned a delivery had read both. So a leader without them was replaced before,
 * and knows that by then. Twice as long, for the clocks of two instances differ.
 */
const UNSURE_MS = 2 * UNAWARE_LEADER_MS;

export class Deliveries {
  private readonly lanes = new Map<string, Promise<void>>();

  constructor(private readonly ports: DeliveriesPorts) {}

  /** Begins all deliveries that are due, unless their webhook's lane is at it. */
  async round(signal: AbortSignal): Promise<void> {
    const { log, time, onFault } = this.ports;
    for (const webhookId of await log.dueWebhooks(time.now())) {
      if (signal.aborted || this.lanes.has(webhookId)) continue;
      const lane = this.deliverTo(webhookId, signal)
        .catch(onFault)
        .finally(() => this.lanes.delete(webhookId));
      this.lanes.set(webhookId, lane);
    }
  }

  /** Resolves when no delivery is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.lanes.values());
  }

  async forgetOld(): Promise<void> {
    await this.ports.log.forgetBefore(this.ports.time.now() - KEPT_MS);
  }

  private async deliverTo(webhookId: string, signal: AbortSignal): Promise<void> {
    const { log, time } = this.ports;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      if (await this.isPaused(webhookId)) return;
      const due = await log.due(webhookId, time.now(), WIDTH);
      if (due.length === 0) return;
      await Promise.all(due.map((delivery) => this.deliver(delivery, signal)));
    }
  }

  /** What waits for a paused webhook goes on waiting: no attempt is made or counted. */
  private async isPaused(webhookId: string): Promise<boolean> {
    const webhook = webhookOf(await this.ports.webhooks.freshState(), webhookId);
    return webhook?.isEnabled === true && webhook.isPaused;
  }

  /** It is claimed last, so that a claim that is lost meanwhile has sent nothing. */
  private async deliver(delivery: WebhookDelivery, signal: AbortSignal): Promise<void> {
    const { log, time } = this.ports;
    const prepared = await this.prepare(delivery);
    if (!(await log.claim(delivery.id, time.now()))) return;
    try {
      await this.attempt(delivery, prepared, signal);
    } catch (error) {
      await log.free(delivery.id);
      throw error;
    }
  }

  private async attempt(
    delivery: WebhookDelivery,
    prepared: Prepared,
    signal: AbortSignal,
  ): Promise<void> {
    const { log, time } = this.ports;
    const [at, begun] = [time.now(), time.monotonicMs()];
    const ended: Ended = 'send' in prepared ? await prepared.send() : prepared;
    const { outcome, status, askedPauseMs } = ended;
    const isGone = outcome === 'GONE' && 'url' in prepared;
    // A crash in between disables it at the next delivery.
    const hasMoved = isGone && !(await this.disabled(delivery.webhookId, prepared.url));
    const durationMs = Math.round(time.monotonicMs() - begun);
    const note = async () => {
      const next = await this.nextAfter(delivery, ended, hasMoved);
      await log.note(delivery, { at, durationMs, httpStatus: status, outcome }, next);
      if (askedPauseMs === undefined || !('url' in prepared)) return;
      const pauseMs = Math.min(askedPauseMs, MAX_ASKED_PAUSE_MS);
      await log.postpone(delivery.webhookId, prepared.url, time.now() + pauseMs);
    };
    // A receiver that has taken it would get it again, so a stop does not prevent the first try.
    const retryIf = (error: unknown) => isAway(error) && !signal.aborted;
    await retrying(note, { retryIf, pauseMs: NOTE_PAUSE_MS, time });
  }

  /** False where an admin has given it another address meanwhile: that one may be there. */
  private async disabled(webhookId: string, url: string): Promise<boolean> {
    const outcome = await this.ports.webhooks.disable(webhookId, url);
    return !outcome.accepted || webhookOf(outcome.state, webhookId)?.isEnabled !== true;
  }

  private async nextAfter(
    { id, plannedAt }: WebhookDelivery,
    { outcome }: Ended,
    hasMoved: boolean,
  ) {
    const { log, time } = this.ports;
    const now = time.now();
    if (outcome === 'DELIVERED') return { status: 'DELIVERED', dueAt: now } as const;
    const failures = (await log.roundOf(id)) + 1;
    const isUnsure = READ.has(outcome) && now - plannedAt < UNSURE_MS;
    const isLast = LAST.has(outcome) && !isUnsure && !hasMoved;
    const pauseMs = isLast ? undefined : pauseAfter(failures, time.random());
    if (pauseMs === undefined) return { status: 'GIVEN_UP', dueAt: now } as const;
    return { status: 'WAITING', dueAt: Math.round(now + pauseMs) } as const;
  }

  private async prepare(delivery: WebhookDelivery): Promise<Prepared> {
    const { webhooks, secrets, send, time, tracing } = this.ports;
    const { id, webhookId } = delivery;
    const webhook = webhookOf(await webhooks.freshState(), webhookId);
    if (webhook?.isEnabled !== true) return { outcome: 'DISABLED', status: null };
    const keys = await secrets.find(webhookId, time.now());
    if (keys.length === 0) return { outcome: 'NO_SECRET', status: null };
    const stored = await this.eventOf(delivery);
    if (stored === undefined) return { outcome: 'EVENT_GONE', status: null };
    return {
      url: webhook.url,
      send: () => {
        const message = signedMessage(id, bodyOf(stored), keys, time.now());
        const span = tracing && deliverySpan(tracing, delivery, stored);
        return span === undefined
          ? send(webhook.url, message)
          : sendInSpan(span, message, (traced) => send(webhook.url, traced));
      },
    };
  }

  /** The event is read from the log each time: no other place has its content. */
  private async eventOf({
    stream,
    revision,
    eventId,
  }: WebhookDelivery): Promise<StoredEvent | undefined> {
    try {
      const events = this.ports.store.readStream(stream, { from: revision, maxCount: 1 });
      for await (const stored of events) if (stored.id === eventId) return stored;
    } catch (error) {
      if (!(error instanceof IncompleteHistoryError)) throw error;
    }
    return undefined;
  }
}
