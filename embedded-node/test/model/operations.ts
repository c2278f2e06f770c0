// Random operations, each done on the model and, through the client, on a node.
import { binaryEvent, jsonEvent } from '@eventstore/db-client';
import { LogOperations } from './log-operations.js';
import { answered, described, recordsOf, type Operation } from './operation.js';
import type { Random } from './random.js';
import {
  eventsText,
  metadataText,
  type Expectation,
  type Metadata,
  type StoreModel,
} from './store-model.js';

export class Operations {
  readonly #random: Random;
  readonly #model: StoreModel;
  readonly #streams: readonly string[];
  readonly #log: LogOperations;

  constructor(random: Random, model: StoreModel, streams: readonly string[]) {
    this.#random = random;
    this.#model = model;
    this.#streams = streams;
    this.#log = new LogOperations(random, model, streams);
  }

  next(): Operation {
    const stream = this.#random.oneOf(this.#streams);
    const roll = this.#random.below(1000);
    if (roll < 340) return this.#append(stream);
    if (roll < 400) return this.#repeat(stream);
    if (roll < 660) return this.#read(stream);
    if (roll < 710) return this.#link(stream);
    if (roll < 760) return this.#log.readLinks() ?? this.#link(stream);
    if (roll < 800) return this.#log.follow() ?? this.#append(stream);
    if (roll < 840) return this.#log.readAll() ?? this.#append(stream);
    if (roll < 890) return this.#setMetadata(stream);
    if (roll < 930) return this.#getMetadata(stream);
    if (roll < 985) return this.#delete(stream);
    return this.#tombstone(stream);
  }

  #expectation(stream: string): Expectation {
    const last = this.#model.lastRevision(stream);
    const roll = this.#random.below(10);
    if (roll < 3) return 'any';
    if (roll < 5) return 'no_stream';
    if (roll < 6) return 'stream_exists';
    return BigInt(Math.max(0, roll < 9 ? last : last + this.#random.below(5) - 2));
  }

  #append(stream: string): Operation {
    const count = this.#random.below(5);
    const ids = Array.from({ length: count }, () => this.#random.uuid());
    return this.#appendOf(stream, ids, this.#expectation(stream));
  }

  /** Some or all of an earlier write again, with its expectation or with none. */
  #repeat(stream: string): Operation {
    const writes = this.#model.writes(stream);
    if (writes.length === 0) return this.#append(stream);
    const { ids, expected } = this.#random.oneOf(writes);
    if (this.#random.chance(0.5)) return this.#appendOf(stream, ids, expected);
    const rest = this.#random.chance(0.3) ? [this.#random.uuid()] : [];
    return this.#appendOf(stream, [...ids, ...rest], 'any');
  }

  #appendOf(stream: string, ids: string[], expected: Expectation): Operation {
    return {
      description: described('append', stream, ids, expected),
      onModel: (model) => model.append(stream, ids, expected),
      onNode: (client) => {
        const events = ids.map((id) => this.#eventOf(id));
        const appended = client.appendToStream(stream, events, { expectedRevision: expected });
        return answered(
          appended.then(({ nextExpectedRevision: last, position }) => {
            if (position && ids.length > 0) this.#log.remember(stream, last, position);
            return `revision ${String(last)}`;
          }),
        );
      },
    };
  }

  /** One more link, mostly to an event that was there, and now and then to none. */
  #link(target: string): Operation {
    const id = this.#random.uuid();
    const revision = this.#random.below(this.#model.lastRevision(target) + 3);
    this.#model.linkTo(id, target, revision);
    return this.#appendOf(this.#log.linkStream(), [id], 'any');
  }

  #eventOf(id: string) {
    const target = this.#model.targetOf(id);
    if (target === undefined) return jsonEvent({ id, type: 'Done', data: {} });
    const data = Buffer.from(`${target.revision}@${target.stream}`);
    return binaryEvent({ id, type: '$>', data });
  }

  #read(stream: string): Operation {
    const direction = this.#random.chance(0.5) ? 'forwards' : 'backwards';
    const from = this.#random.below(this.#model.lastRevision(stream) + 4);
    const maxCount = 1 + this.#random.below(20);
    return {
      description: described('read', stream, direction, from, maxCount),
      onModel: (model) => model.read(stream, direction, from, maxCount),
      onNode: (client) => {
        const options = { direction, fromRevision: BigInt(from), maxCount } as const;
        return answered(recordsOf(client.readStream(stream, options)).then(eventsText));
      },
    };
  }

  #setMetadata(stream: string): Operation {
    // What becomes of the metadata of a stream that was deleted in both ways, no transcript tells.
    if (this.#model.isDeletedTwice(stream)) return this.#read(stream);
    const metadata: Metadata = { owner: `owner ${String(this.#random.below(9))}` };
    if (this.#random.chance(0.4)) metadata.maxCount = 1 + this.#random.below(12);
    const last = this.#model.lastRevision(stream);
    if (this.#random.chance(0.3) && !this.#model.isSoftDeleted(stream)) {
      metadata.truncateBefore = this.#random.below(last + 3);
    }
    const expected = this.#random.chance(0.7) ? 'any' : this.#expectation(stream);
    return {
      description: described('set metadata', stream, metadata, expected),
      onModel: (model) => model.setMetadata(stream, metadata, expected),
      onNode: (client) =>
        answered(
          client
            .setStreamMetadata(stream, { ...metadata }, { expectedRevision: expected })
            .then(({ nextExpectedRevision: revision }) => `revision ${String(revision)}`),
        ),
    };
  }

  #getMetadata(stream: string): Operation {
    return {
      description: described('get metadata', stream),
      onModel: (model) => model.getMetadata(stream),
      onNode: (client) =>
        answered(
          client
            .getStreamMetadata<Metadata>(stream)
            .then(({ metadata }) => (metadata ? metadataText(metadata) : 'none')),
        ),
    };
  }

  /** The client cannot say of a deletion that the stream has to exist. */
  #deletionExpectation(stream: string): Exclude<Expectation, 'stream_exists'> {
    const expected = this.#expectation(stream);
    return expected === 'stream_exists' ? 'any' : expected;
  }

  #delete(stream: string): Operation {
    const expected = this.#deletionExpectation(stream);
    return {
      description: described('delete', stream, expected),
      onModel: (model) => model.delete(stream, expected),
      onNode: (client) =>
        answered(client.deleteStream(stream, { expectedRevision: expected }).then(() => 'deleted')),
    };
  }

  #tombstone(stream: string): Operation {
    const expected = this.#deletionExpectation(stream);
    return {
      description: described('tombstone', stream, expected),
      onModel: (model) => model.tombstone(stream, expected),
      onNode: (client) =>
        answered(
          client.tombstoneStream(stream, { expectedRevision: expected }).then(() => 'deleted'),
        ),
    };
  }
}
