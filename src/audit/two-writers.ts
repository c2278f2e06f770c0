// Tells a hash chain that two instances broke by writing at once from an altered event. Earlier
// releases derived event ids from the commandId, so the store told a second instance that its own
// version of a command was stored although it held the first one's. The second instance then linked
// its next event to its own version. That version is nowhere, but it can be made again: where the
// link fits, both events are proven to be as they were written.
import { earlierEventId, inputHash } from '../commands/command-id.js';
import { linkFrom, linkOf } from '../event-store/chain.js';
import type { StoredEvent } from '../event-store/stored-event.js';

/** How far apart two instances may have decided on one command. */
const SAME_INPUT_MS = 10_000;
/** With another quantity there is more to try, so the times tried are closer. */
const OTHER_QUANTITY_MS = 250;
const MOST_UNITS = 99;

/** The version of a command that one instance took for the stored one. */
export interface OtherVersion {
  /** Of the command's last event. */
  readonly revision: number;
  /** Decided so much later than the stored one; negative for earlier. */
  readonly laterByMs: number;
  /** Undefined where the input was the same. */
  readonly quantity?: number;
}

/**
 * The events of the command right before the last of these, if two instances of an earlier release
 * could both have believed to have stored it; none otherwise.
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
 * @returns undefined when no version that can be guessed leads to the link
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
  // Where the stored version itself does not hold, it was altered, whatever else happened.
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
  // The order of the properties is part of what was hashed, and stays.
  const metadata = { ...event.metadata, occurredAt: new Date(at).toISOString() };
  return { ...event, metadata };
}

/** One item, added or changed to another quantity under the same commandId. */
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

/** Of the data of an ItemAdded the first two, of a QuantityChanged all but the second. */
interface Quantified {
  readonly sku: string;
  readonly quantity?: number;
  readonly from?: number;
  readonly to?: number;
  readonly unitPrice?: number | null;
}

/** A price is stored only where units were added. */
function changedTo(data: Quantified, to: number): Quantified {
  return { ...data, to, ...(to < (data.from ?? 0) && { unitPrice: null }) };
}
