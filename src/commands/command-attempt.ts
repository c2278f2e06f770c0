// One enrich → decide → append of a command on one loaded state. A command that was processed
// before returns its original result. The runner handles conflicts and rejections on stale state.
import type { Recorded } from '../domain/decider.js';
import type { Rejection } from '../domain/rejection.js';
import type { Aggregate, AggregateStore, Loaded } from '../folds/aggregate-store.js';
import { AppendTooLargeError, ConflictError } from '../event-store/errors.js';
import type { Appended, EventStore } from '../event-store/event-store.js';
import type { EventMetadata, NewEvent } from '../event-store/stored-event.js';
import {
  type AcceptedCommand,
  type CommandOutcome,
  type CommandRequest,
  refused,
} from './command-context.js';
import { appendSpan, inAppendSpan, noteCommand } from './command-spans.js';
import { proposedEvents, tracedEvents } from './proposed-events.js';
import type { TraceSpan } from '../tracing/tracing.js';
import type { Time } from '../waiting/time.js';
import { commandTooLarge, commandIdReused, conflict } from './rejections.js';

const APPEND_MS = 2_500;
/**
 * An outcome, and whether it holds even if the state was stale. An append and an already processed
 * command are certain. A rejection or a no-op is only as new as the state.
 */
export interface Decided<State> {
  readonly outcome: CommandOutcome<State>;
  readonly isCertain: boolean;
}

function certain<State>(outcome: CommandOutcome<State>): Decided<State> {
  return { outcome, isCertain: true };
}

function uncertain<State>(outcome: CommandOutcome<State>): Decided<State> {
  return { outcome, isCertain: false };
}

export interface AttemptPorts {
  readonly store: EventStore;
  readonly aggregates: AggregateStore;
  readonly time: Pick<Time, 'now' | 'newId'>;
  /** Remaining time of the command, in milliseconds. */
  readonly leftMs: () => number;
  /** Of the command; undefined when it is not traced. */
  readonly span: TraceSpan | undefined;
}

export class CommandAttempt<
  State,
  Command,
  Event extends { readonly type: string },
  Denial extends Rejection,
> {
  private attempts = 0;

  constructor(
    private readonly ports: AttemptPorts,
    private readonly aggregate: Aggregate<State, Command, Event, Denial>,
    private readonly stream: string,
    private readonly request: CommandRequest<Command, State>,
  ) {}

  /** 'lost the race': another writer changed the stream since it was loaded. */
  async on(loaded: Loaded<State>): Promise<Decided<State> | 'lost the race'> {
    const { context, hash, admit, enrich, unlessProcessed } = this.request;
    const { commandId } = context;
    this.attempts += 1;
    this.ports.span?.note({ 'cartograph.command.attempts': this.attempts });
    const earlier =
      commandId === undefined
        ? undefined
        : await this.ports.aggregates.processed(this.stream, loaded, commandId);
    if (earlier !== undefined) {
      return earlier.hash === hash
        ? certain(await this.replay(earlier.revision, loaded))
        : certain(refused(commandIdReused));
    }
    if (unlessProcessed !== undefined) {
      const other = await this.ports.aggregates.processed(this.stream, loaded, unlessProcessed);
      if (other !== undefined) return certain(unchanged(loaded));
    }
    const { expectedRevision } = context;
    if (expectedRevision !== undefined && !isAt(loaded, expectedRevision)) {
      return uncertain(refused(conflict(this.aggregate.decider.category, loaded.revision)));
    }
    // The occurred time never decreases within a stream, even when the clock steps back.
    const at = Math.max(context.occurredAt ?? this.ports.time.now(), loaded.occurredBy);
    // The cached state may lack this command's own events; on a fresh state a repetition is
    // recognised before `admit`.
    const barred = await admit?.(loaded.state, at);
    if (barred !== undefined) return uncertain(refused(barred));
    const command = await enrich(at, loaded.state);
    if (this.ports.span !== undefined) noteCommand(this.ports.span, command);
    const decision = this.aggregate.decider.decide(command, loaded.state);
    if ('rejected' in decision) return uncertain(refused(decision.rejected));
    if (decision.accepted.length === 0) return uncertain(unchanged(loaded));
    return this.append(decision.accepted, metadataOf(this.request, at), loaded);
  }

  private async append(
    events: readonly Event[],
    metadata: Omit<EventMetadata, 'schemaVersion'>,
    loaded: Loaded<State>,
  ): Promise<Decided<State> | 'lost the race'> {
    const { aggregate, stream } = this;
    const { store, aggregates, time, leftMs, span } = this.ports;
    const expected = loaded.revision < 0 ? 'no_stream' : loaded.revision;
    const proposed = proposedEvents(aggregate.codec, stream, events, metadata, loaded, time);
    const facts = recordedFrom(events, proposed, loaded.revision);
    const after = facts.reduce(aggregate.decider.evolve, loaded.state);
    const barred = await this.request.foresee?.(after);
    if (barred !== undefined) return uncertain(refused(barred));
    const timeoutMs = Math.min(APPEND_MS, leftMs());
    const appending = span?.child(appendSpan(aggregate.decider.category, expected));
    const stored =
      appending === undefined
        ? proposed
        : tracedEvents(stream, proposed, loaded, appending.traceparent);
    try {
      const appended = await (appending === undefined
        ? store.append(stream, stored, expected, { timeoutMs })
        : inAppendSpan(appending, stored, () =>
            store.append(stream, stored, expected, { timeoutMs }),
          ));
      const { position } = appended;
      if (appended.revision !== loaded.revision + proposed.length) {
        return certain(await this.asStored(appended));
      }
      const { state, revision } = aggregates.advance(aggregate, stream, loaded, facts, {
        ...metadata,
        chain: stored.at(-1)?.metadata.chain,
      });
      return certain({ accepted: true, state, revision, position, replayed: false });
    } catch (error) {
      if (error instanceof ConflictError) return 'lost the race';
      if (error instanceof AppendTooLargeError) return certain(refused(commandTooLarge));
      // Whether these events are in the log is not known, so neither is the state.
      aggregates.forget(stream);
      throw error;
    }
  }

  /** The first answer again: the state as the command left it, whatever happened since. */
  private async replay(revision: number, loaded: Loaded<State>): Promise<AcceptedCommand<State>> {
    const state =
      revision === loaded.revision
        ? loaded.state
        : await this.ports.aggregates.atRevision(this.aggregate, this.stream, revision);
    return { accepted: true, state, revision, position: null, replayed: true };
  }

  /**
   * What the log holds of an append that it put elsewhere than was supposed: behind the events of a
   * stream that was deleted softly, which counts as no stream. Nothing is built on the supposition.
   */
  private async asStored({ position, revision }: Appended): Promise<AcceptedCommand<State>> {
    this.ports.aggregates.forget(this.stream);
    const state = await this.ports.aggregates.atRevision(this.aggregate, this.stream, revision);
    return { accepted: true, state, revision, position, replayed: false };
  }
}

/**
 * The stream may have gained events of types that this code does not know; the caller has not seen
 * them.
 */
function isAt({ revision, foldedRevision }: Loaded<unknown>, expected: number): boolean {
  return expected >= foldedRevision && expected <= revision;
}

function unchanged<State>({ state, revision }: Loaded<State>): AcceptedCommand<State> {
  return { accepted: true, state, revision, position: null, replayed: false };
}

/** The events as stored, built from the append instead of read back. */
function recordedFrom<Event>(
  events: readonly Event[],
  proposed: readonly NewEvent[],
  revisionBefore: number,
): Recorded<Event>[] {
  return events.map((event, index) => {
    const { id = '', metadata } = proposed[index] ?? {};
    const occurredAt = Date.parse(metadata?.occurredAt ?? '');
    return { ...event, id, revision: revisionBefore + 1 + index, occurredAt };
  });
}

function metadataOf<Command, State>(
  { context, hash }: CommandRequest<Command, State>,
  at: number,
): Omit<EventMetadata, 'schemaVersion'> {
  const { commandId, actor, reason, correlationId, causationId } = context;
  return {
    occurredAt: new Date(at).toISOString(),
    ...(commandId !== undefined && { commandId, ...(hash !== undefined && { commandHash: hash }) }),
    actor,
    ...(reason !== undefined && { reason }),
    ...(correlationId !== undefined && { $correlationId: correlationId }),
    ...(causationId !== undefined && { $causationId: causationId }),
  };
}
