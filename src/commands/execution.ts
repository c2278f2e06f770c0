// load → decide → append, for one command. A conflict is decided again on what the log says now, for
// as long as there is time; a refusal is only answered when it was decided on fresh state; a command
// that was carried out before is answered as it was then.
import { setTimeout as delay } from 'node:timers/promises';
import type { Recorded } from '../domain/decider.js';
import type { Rejection } from '../domain/rejection.js';
import type { Aggregate, AggregateStore, Loaded } from '../folds/aggregate-store.js';
import {
  AppendTooLargeError,
  ConflictError,
  StoreUnavailableError,
} from '../event-store/errors.js';
import type { Appended, EventStore } from '../event-store/event-store.js';
import type { EventMetadata, NewEvent } from '../event-store/stored-event.js';
import {
  type Accepted,
  type CommandOutcome,
  type CommandRequest,
  refused,
} from './command-context.js';
import { proposedEvents } from './proposed-events.js';
import { commandTooLarge, commandIdReused, conflict } from './rejections.js';

const APPEND_MS = 2_500;
/** A command that still loses races when this little is left is given up: nothing of it is stored. */
const RESERVE_MS = 500;
/** A pause grows with the races lost, up to so many times this. */
const PAUSE_MS = 8;
const MAX_PAUSES = 4;

/**
 * An outcome, and whether it holds even if the state behind it was not the newest. What was appended
 * was compared with the log by the store, and what was carried out before stays so; but a refusal,
 * or the word that nothing had to be done, is only as good as the state.
 */
interface Decided<State> {
  readonly outcome: CommandOutcome<State>;
  readonly isCertain: boolean;
}

function certain<State>(outcome: CommandOutcome<State>): Decided<State> {
  return { outcome, isCertain: true };
}

function uncertain<State>(outcome: CommandOutcome<State>): Decided<State> {
  return { outcome, isCertain: false };
}

/** One command on its way: everything that stays the same while it is decided again. */
export class Execution<
  State,
  Command,
  Event extends { readonly type: string },
  Denial extends Rejection,
> {
  constructor(
    private readonly store: EventStore,
    private readonly aggregates: AggregateStore,
    private readonly clock: () => number,
    private readonly aggregate: Aggregate<State, Command, Event, Denial>,
    private readonly stream: string,
    /** On the monotonic clock. */
    private readonly endsAt: number,
  ) {}

  async run(request: CommandRequest<Command, State>): Promise<CommandOutcome<State>> {
    // Whoever waited behind others in vain is not worth another try at a store that is away.
    if (this.leftMs() <= 0) throw new StoreUnavailableError(`a command to ${this.stream}`);
    const { commandId, isFirst = false } = request.context;
    const cached = this.aggregates.peek<State>(this.stream);
    const supposed = cached ?? (isFirst ? this.aggregates.absent(this.aggregate) : undefined);
    if (supposed !== undefined) {
      const decided = await this.decide(request, commandId, supposed);
      if (decided !== 'lost the race' && decided.isCertain) return decided.outcome;
    }
    for (let decisions = 1; ; decisions += 1) {
      const loaded = await this.aggregates.fresh(this.aggregate, this.stream);
      const decided = await this.decide(request, commandId, loaded);
      if (decided !== 'lost the race') return decided.outcome;
      // CONFLICT answers those who named a revision, and they are answered where it is compared.
      if (this.leftMs() < RESERVE_MS) {
        throw new StoreUnavailableError(`a command to ${this.stream}, which others keep changing`);
      }
      await delay(Math.random() * PAUSE_MS * Math.min(decisions, MAX_PAUSES));
    }
  }

  private async decide(
    request: CommandRequest<Command, State>,
    commandId: string | undefined,
    loaded: Loaded<State>,
  ): Promise<Decided<State> | 'lost the race'> {
    const { context, hash } = request;
    const earlier =
      commandId === undefined
        ? undefined
        : await this.aggregates.processed(this.stream, loaded, commandId);
    if (earlier !== undefined) {
      return earlier.hash === hash
        ? certain(await this.replay(earlier.revision, loaded))
        : certain(refused(commandIdReused));
    }
    const { expectedRevision } = context;
    if (expectedRevision !== undefined && !isAt(loaded, expectedRevision)) {
      return uncertain(refused(conflict(loaded.revision)));
    }
    // The cached state may lack the command itself, and that one was admitted when it came first.
    const barred = await request.admit?.();
    if (barred !== undefined) return uncertain(refused(barred));
    // A clock that steps back must not make a stream's time run backwards.
    const at = Math.max(context.occurredAt ?? this.clock(), loaded.occurredBy);
    const decision = this.aggregate.decider.decide(await request.command(at), loaded.state);
    if ('rejected' in decision) return uncertain(refused(decision.rejected));
    if (decision.accepted.length === 0) return uncertain(unchanged(loaded));
    return this.append(decision.accepted, metadataOf(request, at), loaded, request.foresee);
  }

  private async append(
    events: readonly Event[],
    metadata: Omit<EventMetadata, 'schemaVersion'>,
    loaded: Loaded<State>,
    foresee: CommandRequest<Command, State>['foresee'],
  ): Promise<Decided<State> | 'lost the race'> {
    const { aggregate, stream } = this;
    const expected = loaded.revision < 0 ? 'no_stream' : loaded.revision;
    const proposed = proposedEvents(aggregate.codec, stream, events, metadata, loaded);
    const facts = recordedFrom(events, proposed, loaded.revision);
    const barred = foresee?.(facts.reduce(aggregate.decider.evolve, loaded.state));
    if (barred !== undefined) return uncertain(refused(barred));
    const timeoutMs = Math.min(APPEND_MS, this.leftMs());
    try {
      const appended = await this.store.append(stream, proposed, expected, { timeoutMs });
      const { position } = appended;
      if (appended.revision !== loaded.revision + proposed.length) {
        return certain(await this.asStored(appended));
      }
      const after = this.aggregates.advance(aggregate, stream, loaded, facts, {
        ...metadata,
        chain: proposed.at(-1)?.metadata.chain,
      });
      const { state, revision } = after;
      return certain({ accepted: true, state, revision, position, replayed: false });
    } catch (error) {
      if (error instanceof ConflictError) return 'lost the race';
      if (error instanceof AppendTooLargeError) return certain(refused(commandTooLarge));
      // Whether these events are in the log is not known, so neither is the state.
      this.aggregates.forget(stream);
      throw error;
    }
  }

  /** The first answer again: the state as the command left it, whatever happened since. */
  private async replay(revision: number, loaded: Loaded<State>): Promise<Accepted<State>> {
    const state =
      revision === loaded.revision
        ? loaded.state
        : await this.aggregates.atRevision(this.aggregate, this.stream, revision);
    return { accepted: true, state, revision, position: null, replayed: true };
  }

  /**
   * What the log holds of an append that it put elsewhere than was supposed: behind the events of a
   * stream that was deleted softly, which counts as no stream. Nothing is built on the supposition.
   */
  private async asStored({ position, revision }: Appended): Promise<Accepted<State>> {
    this.aggregates.forget(this.stream);
    const state = await this.aggregates.atRevision(this.aggregate, this.stream, revision);
    return { accepted: true, state, revision, position, replayed: false };
  }

  private leftMs(): number {
    return this.endsAt - performance.now();
  }
}

/** Events of types that this code does not know may have come since: the caller has not seen them. */
function isAt({ revision, foldedRevision }: Loaded<unknown>, expected: number): boolean {
  return expected >= foldedRevision && expected <= revision;
}

function unchanged<State>({ state, revision }: Loaded<State>): Accepted<State> {
  return { accepted: true, state, revision, position: null, replayed: false };
}

/** The events as the log has them now, told from what was handed to it. */
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
  const { commandId, actor } = context;
  return {
    occurredAt: new Date(at).toISOString(),
    ...(commandId !== undefined && { commandId, ...(hash !== undefined && { commandHash: hash }) }),
    actor,
  };
}
