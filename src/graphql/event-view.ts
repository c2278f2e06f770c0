// Converts a stored event to the API's CartEvent, without the parts that its reader may not see.
import { reasonOf } from '../errors/reason-of.js';
import type { Recorded } from '../domain/decider.js';
import type { CartEvent as DomainEvent } from '../domain/cart/events.js';
import { summarize } from '../domain/cart/summary.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import { occurredAt, type StoredEvent } from '../event-store/stored-event.js';
import { owns, type Principal } from './policy.js';
import type { TimelineEntry } from './services.js';
import type { CartEventType, EventActor } from './types/event-types.js';

/** An event, and what its total is computed from. */
export interface ShownEvent extends CartEventType {
  readonly cartId: string;
  /** The cart right after it, when that is known already. */
  readonly stateAfter?: StateAfter;
}

/** Null after an event that cannot be folded. */
export type StateAfter = () => Promise<ExistingCartState | null>;

/**
 * Nobody sees the guest's secret, not even its hash, nor the id of the command that opened the
 * cart: the log stores it sealed, but earlier releases stored the bare id. The customer's identity
 * is personal.
 */
export function shownEvent(
  stored: StoredEvent,
  event: Recorded<DomainEvent>,
  cart: ExistingCartState,
  principal: Principal,
  stateAfter?: StateAfter,
): ShownEvent {
  const isOwner = owns(principal, cart);
  const opened = event.type === 'CartOpened';
  const { commandId, schemaVersion } = stored.metadata;
  return {
    id: event.id,
    type: event.type,
    revision: event.revision,
    occurredAt: event.occurredAt,
    recordedAt: stored.recordedAt,
    schemaVersion,
    commandId: opened ? null : (commandId ?? null),
    ...shownOrigin(stored, principal),
    cartId: cart.id,
    ...(stateAfter !== undefined && { stateAfter }),
    get summary() {
      return summarize(event, cart.currency);
    },
    get data() {
      return shownData(event, isOwner);
    },
  };
}

/** Any entry of a cart's stream. */
export function shownEntry(
  { stored, reading }: TimelineEntry,
  cart: ExistingCartState,
  principal: Principal,
  stateAfter: StateAfter,
): ShownEvent {
  if (reading.kind === 'understood') {
    return shownEvent(stored, reading.event, cart, principal, stateAfter);
  }
  const { id, type, revision, recordedAt, metadata, flaw } = stored;
  const { schemaVersion, commandId } = metadata;
  return {
    id,
    type,
    revision,
    occurredAt: occurredAt(stored),
    recordedAt,
    // 0 is never a version; it stands for an invalid value.
    schemaVersion: isVersion(schemaVersion) ? schemaVersion : 0,
    commandId: type === 'CartOpened' ? null : (commandId ?? null),
    ...shownOrigin(stored, principal),
    cartId: cart.id,
    stateAfter,
    summary: summaryOf(reading, flaw?.problem),
    data: hasSecret(type) ? {} : asObject(stored.data),
  };
}

/** Another program may have written the actor, so its parts can be of any type. */
export function shownOrigin(
  { metadata }: StoredEvent,
  principal: Principal,
): Pick<CartEventType, 'actor' | 'reason' | 'correlationId' | 'causationId'> {
  const { reason = null, $correlationId = null, $causationId = null } = metadata;
  return {
    actor: shownActor(metadata.actor, principal),
    reason,
    correlationId: $correlationId,
    causationId: $causationId,
  };
}

const staff: readonly Principal['kind'][] = ['support', 'admin'];

/** A customer sees itself; staff see staff, and never who a customer is. */
function shownActor(
  actor: Readonly<Record<string, unknown>> | undefined,
  principal: Principal,
): EventActor | null {
  const { kind, subject } = actor ?? {};
  if (typeof kind !== 'string') return null;
  const isShown =
    kind === 'customer'
      ? principal.kind === 'customer' && subject === principal.subject
      : staff.includes(principal.kind);
  return { kind, subject: isShown && typeof subject === 'string' ? subject : null };
}

/** Its data has the hash of a cart's secret. */
function hasSecret(type: string): boolean {
  return type === 'CartOpened' || type === 'CartClaimed';
}

export function isVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 0 && version < 2 ** 31;
}

function summaryOf(
  reading: Exclude<TimelineEntry['reading'], { kind: 'understood' }>,
  problem: string | undefined,
): string {
  if (reading.kind === 'unknown type') return 'Skipped: this version does not know its type';
  const { cause } = reading;
  const reason = problem ?? reasonOf(cause);
  return `Unreadable: ${reason}`;
}

function asObject(data: unknown): Readonly<Record<string, unknown>> {
  if (data instanceof Uint8Array) return { base64: Buffer.from(data).toString('base64') };
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isObject ? { ...data } : { content: data };
}

function shownData(event: DomainEvent, isOwner: boolean): Readonly<Record<string, unknown>> {
  if (event.type === 'CartOpened') return shownOpening(event.data, isOwner);
  if (event.type !== 'CartClaimed') return { ...event.data };
  const { customerId, strategy, intoCartId } = event.data;
  return { customerId: isOwner ? customerId : null, strategy, intoCartId };
}

function shownOpening(
  { cartId, currency, customerId }: Extract<DomainEvent, { type: 'CartOpened' }>['data'],
  isOwner: boolean,
) {
  return { cartId, currency, customerId: isOwner ? customerId : null };
}
