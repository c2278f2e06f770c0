// Distinguishes a chain that two instances broke by writing at once from an altered event. Earlier
// releases derived event ids from the commandId, so the store confirmed a second instance's version
// of a command although it had stored the first one's. The second instance then linked its next
// event to its own version. That version is not stored, but it can be reconstructed: if the link
// fits, both stored events are proven unchanged.
import { earlierEventId, inputHash } from '../commands/command-id.js';
import { linkFrom, linkOf } from '../event-store/chain.js';
import type { StoredEvent } from '../event-store/stored-event.js';

/** Maximum time between two instances' decisions on one command. */
const SAME_INPUT_MS = 10_000;
/** Other quantities multiply the attempts, so the tried times are closer. */
const OTHER_QUANTITY_MS = 250;
const MOST_UNITS = 99;

/** The version of a command that one instance wrongly believed to be stored. */
export interface OtherVersion {
  /** Revision of the command's last event. */
  readonly revision: number;
  /** Time of its decision after the stored one's, in milliseconds; negative for earlier. */
  readonly laterByMs: number;
  /** Undefined when the input was the same. */
  readonly quantity?: number;
}

/**
 * The events of the command right before the last event, if two instances of an earlier release
 * could both have believed that they stored it; otherwise none.
 */
export function twiceWritable(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const before = events.slice(0, -1);
  const commandId = before.at(-1)?.metadata.commandId;
  if (commandId === undefined) return [];
  const first = before.findLastIndex(({ metadata }) => metadata.commandId !== commandId) + 1;
  const command = before.slice(first);
  const isDerived = command.every(
    ({ id, stream }, index) => id === earlierEventId(stream, commandId, index),
  );
  return isDerived ? command : [];
}

/**
 * @param events of one stream, from its start or from before the command, up to the broken link
 * @returns undefined when no reconstructed version leads to the link
 */
export function otherVersionOf(events: readonly StoredEvent[]): OtherVersion | undefined {
  const next = events.at(-1);
  const command = twiceWritable(events);
  const [first] = command;
  if (next?.metadata.chain === undefined || first === undefined) return undefined;
  const before = events.findLast(({ revision }) => revision < first.revision)?.metadata.chain;
  const endOf = (version: readonly StoredEvent[]) =>
    version.reduce<string | undefined>(
      (link, event) => linkOf(link, event.stream, event.revision, event),
      before,
    );
  // If the stored version does not match its own link, it was altered in any case.
  if (endOf(command) !== command.at(-1)?.metadata.chain) return undefined;
  const nextLink = linkFrom(next.stream, next.revision, next);
  const leadsTo = (version: readonly StoredEvent[]) =>
    nextLink(endOf(version)) === next.metadata.chain;
  const revision = next.revision - 1;
  for (const laterByMs of instantsWithin(SAME_INPUT_MS)) {
    if (leadsTo(command.map((event) => shifted(event, laterByMs)))) return { revision, laterByMs };
  }
  for (const { event, quantity } of withOtherQuantities(command)) {
    for (const laterByMs of instantsWithin(OTHER_QUANTITY_MS)) {
      if (leadsTo([shifted(event, laterByMs)])) return { revision, laterByMs, quantity };
    }
  }
  return undefined;
}

/** The nearest first. */
function* instantsWithin(ms: number): Generator<number, void, undefined> {
  yield 0;
  for (let distance = 1; distance <= ms; distance += 1) {
    yield distance;
    yield -distance;
  }
}

function shifted(event: StoredEvent, byMs: number): StoredEvent {
  const at = Date.parse(event.metadata.occurredAt) + byMs;
  // The hash depends on the order of the properties, so it must stay.
  const metadata = { ...event.metadata, occurredAt: new Date(at).toISOString() };
  return { ...event, metadata };
}

/** One item, added or changed with another quantity under the same commandId. */
function* withOtherQuantities(command: readonly StoredEvent[]) {
  const [event] = command;
  if (event === undefined || command.length > 1 || !QUANTIFIED.includes(event.type)) return;
  const isAdded = event.type === 'ItemAdded';
  const data = event.data as Quantified;
  const stored = isAdded ? data.quantity : data.to;
  const hashOf = (quantity: number | undefined, expectedRevision?: number) =>
    inputHash(isAdded ? 'addItem' : 'changeQuantity', {
      cartId: event.stream.slice('cart-'.length),
      sku: data.sku,
      quantity,
      expectedRevision,
    });
  const expected = [undefined, event.revision - 1].find(
    (revision) => hashOf(stored, revision) === event.metadata.commandHash,
  );
  for (let quantity = 1; quantity <= MOST_UNITS; quantity += 1) {
    if (quantity === stored) continue;
    const metadata = { ...event.metadata, commandHash: hashOf(quantity, expected) };
    const otherData = isAdded ? { ...data, quantity } : changedTo(data, quantity);
    yield { event: { ...event, data: otherData, metadata }, quantity };
  }
}

const QUANTIFIED = ['ItemAdded', 'QuantityChanged'];

/** ItemAdded has the first two; QuantityChanged has all but the second. */
interface Quantified {
  readonly sku: string;
  readonly quantity?: number;
  readonly from?: number;
  readonly to?: number;
  readonly unitPrice?: number | null;
}

/** The event stores a price only when units were added. */
function changedTo(data: Quantified, to: number): Quantified {
  return { ...data, to, ...(to < (data.from ?? 0) && { unitPrice: null }) };
}
