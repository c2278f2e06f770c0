// Reads the topics alone, folds every read model from them, and compares that with the log and with
// what is folded from the log.
import { ImpossibleEventError } from '../domain/decider.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { AnyProjection } from '../projections/registry.js';
import { readShopEvent } from '../projections/shop-events.js';
import { canonical } from '../read-models/canonical.js';
import type { Row } from '../read-models/table.js';
import { prefixesOf, topicOf, topicsOf } from './layout.js';
import { type PassedOver, relayedLog, type RelayedLogOptions } from './relayed-log.js';
import { readStanding } from './standing.js';

export interface TopicsVerification extends PassedOver {
  /** Number of events that both have. */
  readonly events: number;
  /** The position of the last event that was compared; −1 for none. */
  readonly comparedTo: bigint;
  /** Whether the log has more: the relay is behind, or does not run. */
  readonly isBehind: boolean;
  readonly readModels: readonly { readonly name: string; readonly rows: number }[];
  /** One line for each, the first ones; empty when everything is equal. */
  readonly differences: readonly string[];
  readonly moreDifferences: number;
}

export interface TopicsVerificationOptions extends RelayedLogOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly projections: readonly AnyProjection[];
}

/** Limits the report's length. */
const MAX_DIFFERENCES = 100;

/** @throws KafkaUnavailableError, KafkaRefusedError, StoreUnavailableError */
export async function verifyTopics(
  options: TopicsVerificationOptions,
): Promise<TopicsVerification> {
  const { store, layout, projections } = options;
  const passedOver: PassedOver = { duplicates: 0, strangers: 0 };
  const relayed = relayedLog(options, passedOver);
  const [ofLog, ofTopics] = [new Folds(projections), new Folds(projections)];
  const differences: string[] = [];
  let events = 0;
  let comparedTo = -1n;
  let isBehind = false;
  const counts = await options.topics.findTopics(topicsOf(layout));
  const { completeTo } = await readStanding(options.topics, counts, options);
  let next = await relayed.next();
  const take = async () => {
    if (next.done === true) return;
    ofTopics.take(next.value.event);
    next = await relayed.next();
  };
  for await (const stored of store.readAll({ prefixes: prefixesOf(layout) })) {
    while (next.done !== true && next.value.event.position < stored.position) {
      differences.push(`${nameOf(next.value.event)} is in a topic, and not in the log`);
      await take();
    }
    if (next.done === true || next.value.event.position > stored.position) {
      // Where a relay is under way, or was interrupted, the rest is not compared.
      if (stored.position > completeTo) {
        isBehind = true;
        break;
      }
      differences.push(`${nameOf(stored)} is not in topic ${topicOf(layout, stored.stream) ?? ''}`);
      ofLog.take(stored);
      continue;
    }
    const difference = differenceOf(stored, next.value.event);
    if (difference !== undefined) differences.push(difference);
    events += 1;
    comparedTo = stored.position;
    ofLog.take(stored);
    await take();
  }
  // What follows a place where the relay is under way is not compared.
  while (!isBehind && next.done !== true) {
    differences.push(`${nameOf(next.value.event)} is in a topic, and not in the log`);
    await take();
  }
  await relayed.return();
  differences.push(...ofLog.differencesFrom(ofTopics));
  return {
    ...passedOver,
    ...{ events, comparedTo, isBehind },
    readModels: ofLog.sizes(),
    differences: differences.slice(0, MAX_DIFFERENCES),
    moreDifferences: Math.max(0, differences.length - MAX_DIFFERENCES),
  };
}

function differenceOf(stored: StoredEvent, relayed: StoredEvent): string | undefined {
  const parts: readonly (readonly [name: string, one: unknown, other: unknown])[] = [
    ['stream', stored.stream, relayed.stream],
    ['revision', stored.revision, relayed.revision],
    ['id', stored.id, relayed.id],
    ['type', stored.type, relayed.type],
    ['schema version', stored.metadata.schemaVersion, relayed.metadata.schemaVersion],
    ['occurred time', stored.metadata.occurredAt, relayed.metadata.occurredAt],
    ['recorded time', stored.recordedAt, relayed.recordedAt],
    ['data', textOf(stored.data), textOf(relayed.data)],
  ];
  const differing = parts.find(([, one, other]) => one !== other);
  return differing && `${nameOf(stored)} has another ${differing[0]} in its topic`;
}

function textOf(data: unknown): string {
  return data instanceof Uint8Array ? Buffer.from(data).toString('base64') : JSON.stringify(data);
}

function nameOf({ stream, revision, type }: StoredEvent): string {
  return `${stream}@${revision} (${type})`;
}

/** Every read model, folded from scratch. */
class Folds {
  private readonly all: readonly { projection: AnyProjection; rows: Map<string, Row> }[];

  constructor(projections: readonly AnyProjection[]) {
    this.all = projections.map((projection) => ({ projection, rows: new Map() }));
  }

  take(stored: StoredEvent): void {
    const reading = readShopEvent(stored);
    if (reading.kind !== 'understood') return;
    for (const { projection, rows } of this.all) {
      const key = projection.keyOf(reading.event);
      if (key === undefined) continue;
      try {
        rows.set(key, projection.evolve(rows.get(key), reading.event));
      } catch (error) {
        // As in the projector: an impossible event changes no row.
        if (!(error instanceof ImpossibleEventError)) throw error;
      }
    }
  }

  sizes(): TopicsVerification['readModels'] {
    return this.all.map(({ projection, rows }) => ({ name: labelOf(projection), rows: rows.size }));
  }

  differencesFrom(other: Folds): readonly string[] {
    return this.all.flatMap(({ projection, rows }, index) => {
      const others = other.all[index]?.rows ?? new Map<string, Row>();
      const keys = [...new Set([...rows.keys(), ...others.keys()])];
      const text = (row: Row | undefined) => row && canonical(projection.complete(row));
      return keys
        .filter((key) => text(rows.get(key)) !== text(others.get(key)))
        .map((key) => `${labelOf(projection)}: ${key} folded from the topics differs`);
    });
  }
}

function labelOf({ name, version }: AnyProjection): string {
  return `${name} (version ${version})`;
}
