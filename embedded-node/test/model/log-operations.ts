// Random operations on the log as a whole: links and what they lead to, `$all` from anywhere in
// both directions, and subscriptions that follow it through a filter.
import {
  eventTypeFilter,
  streamNameFilter,
  type EventStoreDBClient,
  type Filter,
  type Position,
  type RecordedEvent,
} from '@eventstore/db-client';
import { answered, described, recordsOf, type Operation } from './operation.js';
import type { Random } from './random.js';
import { linksText, type StoreModel } from './store-model.js';

const LINK_STREAMS = 5;
/** More than lie between ten events of the model in a row. */
const SURELY_TEN = 200;

const placeOf = ({ streamId, revision }: RecordedEvent) => `${streamId}@${String(revision)}`;

const isOurs = ({ type }: RecordedEvent) => type === 'Done' || type === '$>';

interface Following {
  readonly filter: Filter;
  readonly wants: (place: string) => boolean;
}

export class LogOperations {
  readonly #random: Random;
  readonly #model: StoreModel;
  readonly #streams: readonly string[];
  /** Where in the node's log the events are of which it told. */
  readonly #positions = new Map<string, Position>();

  constructor(random: Random, model: StoreModel, streams: readonly string[]) {
    this.#random = random;
    this.#model = model;
    this.#streams = streams;
  }

  remember(stream: string, revision: bigint, position: Position): void {
    this.#positions.set(`${stream}@${String(revision)}`, position);
  }

  linkStream(): string {
    return `links-${String(this.#random.below(LINK_STREAMS))}`;
  }

  readLinks(): Operation | undefined {
    const stream = this.linkStream();
    if (!this.#model.hasEvents(stream)) return undefined;
    const fromRevision = BigInt(this.#random.below(this.#model.lastRevision(stream) + 1));
    return {
      description: described('read links', stream, fromRevision),
      onModel: (model) => linksText(model.readLinks(stream, Number(fromRevision), 20)),
      onNode: (client) => answered(resolvedLinks(client, stream, fromRevision)),
    };
  }

  /** The next events after a known one that a subscription with a filter gives. */
  follow(): Operation | undefined {
    const known = this.#knownPlace();
    if (known === undefined) return undefined;
    const { filter, wants } = this.#following();
    const rest = this.#model.log.slice(known.index + 1).filter(wants);
    const expected = rest.slice(0, 10);
    if (expected.length === 0) return undefined;
    return {
      description: described('follow', known.index, filter),
      onModel: () => expected.join(' '),
      onNode: (client) => answered(followed(client, known.position, filter, expected.length)),
    };
  }

  /** `$all` from a known event, which is the first forwards and is left out backwards. */
  readAll(): Operation | undefined {
    const known = this.#knownPlace();
    if (known === undefined) return undefined;
    const { index, position } = known;
    const { log } = this.#model;
    const direction = this.#random.chance(0.5) ? 'forwards' : 'backwards';
    const expected =
      direction === 'forwards'
        ? log.slice(index, index + 10)
        : log.slice(Math.max(0, index - 10), index).reverse();
    return {
      description: described('read $all', direction, index),
      onModel: () => expected.join(' '),
      onNode: (client) => {
        const options = { direction, fromPosition: position, maxCount: SURELY_TEN } as const;
        return answered(
          recordsOf(client.readAll(options)).then((records) =>
            records.filter(isOurs).slice(0, 10).map(placeOf).join(' '),
          ),
        );
      },
    };
  }

  #knownPlace(): { readonly index: number; readonly position: Position } | undefined {
    if (this.#positions.size === 0) return undefined;
    const [place, position] = this.#random.oneOf([...this.#positions]);
    return { index: this.#model.log.indexOf(place), position };
  }

  #following(): Following {
    const digit = String(this.#random.below(10));
    const prefix = this.#random.oneOf(this.#streams);
    const maxSearchWindow = 1 + this.#random.below(64);
    const isLink = (place: string) => place.startsWith('links-');
    return this.#random.oneOf<Following>([
      {
        filter: eventTypeFilter({ prefixes: ['Done', 'Never'], maxSearchWindow }),
        wants: (place) => !isLink(place),
      },
      { filter: eventTypeFilter({ regex: '^\\$>$', maxSearchWindow }), wants: isLink },
      {
        filter: streamNameFilter({ regex: `^model-.*${digit}$`, maxSearchWindow }),
        wants: (place) => place.startsWith('model-') && place.includes(`${digit}@`),
      },
      {
        filter: streamNameFilter({ prefixes: ['links-', prefix], maxSearchWindow }),
        wants: (place) => isLink(place) || place.startsWith(prefix),
      },
    ]);
  }
}

async function resolvedLinks(
  client: EventStoreDBClient,
  stream: string,
  fromRevision: bigint,
): Promise<string> {
  const options = { fromRevision, maxCount: 20, resolveLinkTos: true } as const;
  const found: { revision: bigint; target: string | undefined }[] = [];
  for await (const { event, link } of client.readStream(stream, options)) {
    found.push({ revision: link!.revision, target: event?.id });
  }
  return linksText(found);
}

async function followed(
  client: EventStoreDBClient,
  fromPosition: Position,
  filter: Filter,
  count: number,
): Promise<string> {
  const subscription = client.subscribeToAll({ fromPosition, filter });
  const places: string[] = [];
  for await (const { event } of subscription) {
    if (isOurs(event!)) places.push(placeOf(event!));
    if (places.length === count) break;
  }
  await subscription.unsubscribe();
  return places.join(' ');
}

/** Every event of the model's streams, in the order of the node's `$all`. */
export async function logOf(client: EventStoreDBClient): Promise<string[]> {
  const records = await recordsOf(client.readAll());
  return records.filter(isOurs).map(placeOf);
}
