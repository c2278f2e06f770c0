// What EventStoreDB documents and its transcripts show, as the simplest code that says it: every
// stream a list, every answer a small value. Slow, in memory, and the judge of the real node.

export type Expectation = 'any' | 'no_stream' | 'stream_exists' | bigint;

/** The answer to an operation: what succeeded, or which error. */
export type Answer = string;

// An alias, since the client's type for custom metadata has an index signature.
export type Metadata = {
  maxCount?: number;
  truncateBefore?: number;
  owner?: string;
};

interface Write {
  ids: string[];
  expected: Expectation;
}

interface Stream {
  ids: string[];
  metadata: Metadata | undefined;
  metadataRevision: number;
  isSoftDeleted: boolean;
  isTombstoned: boolean;
  writes: Write[];
}

/** How the client shows the `$tb` of a soft delete: 2^63-1 as JavaScript reads it. */
const softDeletedBefore = 2 ** 63;

interface Target {
  readonly stream: string;
  readonly revision: number;
}

interface ResolvedLink {
  readonly revision: number;
  readonly target: string | undefined;
}

export class StoreModel {
  readonly #streams = new Map<string, Stream>();
  readonly #targets = new Map<string, Target>();
  /** Every event in the order of `$all`, as `stream@revision`. */
  readonly log: string[] = [];

  #stream(name: string): Stream {
    const known = this.#streams.get(name);
    if (known) return known;
    const stream: Stream = {
      ids: [],
      metadata: undefined,
      metadataRevision: -1,
      isSoftDeleted: false,
      isTombstoned: false,
      writes: [],
    };
    this.#streams.set(name, stream);
    return stream;
  }

  lastRevision(name: string): number {
    return this.#stream(name).ids.length - 1;
  }

  hasEvents(name: string): boolean {
    return this.#stream(name).ids.length > 0;
  }

  isSoftDeleted(name: string): boolean {
    return this.#stream(name).isSoftDeleted;
  }

  /** Soft-deleted first, and tombstoned then. */
  isDeletedTwice(name: string): boolean {
    const stream = this.#stream(name);
    return stream.isSoftDeleted && stream.isTombstoned;
  }

  /** What was written before, to be written again. */
  writes(name: string): readonly Write[] {
    return this.#stream(name).writes;
  }

  append(name: string, ids: string[], expected: Expectation): Answer {
    const stream = this.#stream(name);
    const refused = this.#refusal(stream, expected, true, ids.length === 0);
    if (refused === 'stream-deleted') return refused;
    const repeated = repetition(stream, ids, expected);
    if (repeated !== undefined) return repeated;
    if (refused !== undefined) return refused;
    const first = stream.ids.length;
    stream.ids.push(...ids);
    if (ids.length > 0) stream.writes.push({ ids, expected });
    ids.forEach((_, i) => this.log.push(`${name}@${String(first + i)}`));
    if (stream.isSoftDeleted) this.#undelete(stream, {}, first);
    return `revision ${String(Math.max(0, stream.ids.length - 1))}`;
  }

  /** The first write after a soft delete leaves only itself visible. */
  #undelete(stream: Stream, metadata: Metadata, truncateBefore: number): void {
    stream.isSoftDeleted = false;
    stream.metadata = { ...metadata, truncateBefore };
    stream.metadataRevision++;
  }

  /** Why the expectation does not hold, or undefined. */
  #refusal(
    stream: Stream,
    expected: Expectation,
    isAppend: boolean,
    isEmpty = false,
  ): Answer | undefined {
    if (stream.isTombstoned) return 'stream-deleted';
    const last = stream.ids.length - 1;
    const wrong = `wrong-expected-version ${isAppend && last < 0 ? 'no_stream' : String(last)}`;
    switch (expected) {
      case 'any':
        return undefined;
      case 'no_stream':
        return last < 0 || (stream.isSoftDeleted && !isEmpty) ? undefined : wrong;
      case 'stream_exists':
        if (stream.isSoftDeleted) return 'stream-deleted';
        return last >= 0 || stream.metadataRevision >= 0 ? undefined : wrong;
      default:
        return expected === BigInt(last) ? undefined : wrong;
    }
  }

  delete(name: string, expected: Expectation): Answer {
    const stream = this.#stream(name);
    const refused = this.#refusal(stream, expected, false);
    if (refused !== undefined) return refused;
    // Metadata alone makes a stream that can be deleted.
    const isThere = stream.ids.length > 0 || stream.metadataRevision >= 0;
    if (!isThere) return 'wrong-expected-version -1';
    stream.isSoftDeleted = true;
    stream.metadata = { truncateBefore: softDeletedBefore };
    stream.metadataRevision++;
    return 'deleted';
  }

  tombstone(name: string, expected: Expectation): Answer {
    const stream = this.#stream(name);
    const refused = this.#refusal(stream, expected, false);
    if (refused !== undefined) return refused;
    stream.isTombstoned = true;
    return 'deleted';
  }

  setMetadata(name: string, metadata: Metadata, expected: Expectation): Answer {
    const stream = this.#stream(name);
    const last = stream.metadataRevision;
    if (stream.isTombstoned && last < 0) return 'stream-deleted';
    const holds =
      expected === 'any' ||
      (expected === 'no_stream' && last < 0) ||
      (expected === 'stream_exists' && last >= 0) ||
      expected === BigInt(last);
    if (!holds) return `wrong-expected-version ${last < 0 ? 'no_stream' : String(last)}`;
    stream.metadata = metadata;
    stream.metadataRevision++;
    const answer = `revision ${String(stream.metadataRevision)}`;
    if (stream.isSoftDeleted) {
      this.#undelete(stream, metadata, stream.ids.length);
    }
    return answer;
  }

  getMetadata(name: string): Answer {
    const stream = this.#stream(name);
    if (stream.isTombstoned) return 'stream-deleted';
    return stream.metadata === undefined ? 'none' : metadataText(stream.metadata);
  }

  linkTo(id: string, stream: string, revision: number): void {
    this.#targets.set(id, { stream, revision });
  }

  /** Undefined for an event that is no link. */
  targetOf(id: string): Target | undefined {
    return this.#targets.get(id);
  }

  /** Links with the ids of the events that they lead to, if those can be seen. */
  readLinks(name: string, from: number, maxCount: number): ResolvedLink[] {
    return visibleOf(this.#stream(name))
      .filter(({ revision }) => revision >= from)
      .slice(0, maxCount)
      .map(({ id, revision }) => ({ revision, target: this.#resolved(id) }));
  }

  #resolved(id: string): string | undefined {
    const { stream = '', revision = -1 } = this.#targets.get(id) ?? {};
    return visibleOf(this.#stream(stream)).find((event) => event.revision === revision)?.id;
  }

  read(name: string, direction: 'forwards' | 'backwards', from: number, maxCount: number): Answer {
    const stream = this.#stream(name);
    if (stream.isTombstoned) return 'stream-deleted';
    if (stream.ids.length === 0 || stream.isSoftDeleted) return 'stream-not-found';
    const visible = visibleOf(stream);
    const found =
      direction === 'forwards'
        ? visible.filter(({ revision }) => revision >= from)
        : visible.filter(({ revision }) => revision <= from).reverse();
    return eventsText(found.slice(0, maxCount));
  }
}

function visibleOf({ ids, metadata, isSoftDeleted, isTombstoned }: Stream) {
  if (isSoftDeleted || isTombstoned) return [];
  const { truncateBefore = 0, maxCount: kept = Infinity } = metadata ?? {};
  const first = Math.max(truncateBefore, ids.length - kept);
  return ids.map((id, revision) => ({ id, revision })).filter(({ revision }) => revision >= first);
}

export function linksText(
  links: readonly { revision: number | bigint; target: string | undefined }[],
): Answer {
  return `links ${links.map(({ revision, target }) => `${String(revision)}>${target ?? ''}`).join(' ')}`;
}

/** One text for a list of events, from the model or from the client. */
export function eventsText(events: readonly { id: string; revision: number | bigint }[]): Answer {
  return `events ${events.map(({ id, revision }) => `${String(revision)}=${id}`).join(' ')}`;
}

export function metadataText({ maxCount, truncateBefore, owner }: Metadata): Answer {
  return JSON.stringify({ maxCount, truncateBefore, owner });
}

/** The answer to a write whose ids were written before, or undefined if it is a new one. */
function repetition(stream: Stream, ids: string[], expected: Expectation): Answer | undefined {
  const last = stream.ids.length - 1;
  const wrong = `wrong-expected-version ${String(last)}`;
  if (expected === 'any' || expected === 'stream_exists') {
    const found = ids.map((id) => stream.ids.indexOf(id));
    if (found.length === 0 || found[0] === -1) return undefined;
    return found.includes(-1) ? wrong : `revision ${String(found.at(-1))}`;
  }
  const before = expected === 'no_stream' ? -1 : Number(expected);
  if (before >= last || stream.ids[before + 1] !== ids[0]) return undefined;
  const same = ids.every((id, i) => stream.ids[before + 1 + i] === id);
  return same ? `revision ${String(before + ids.length)}` : wrong;
}
