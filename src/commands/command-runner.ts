// Runs one command at a time for each stream, within a deadline: load, enrich → decide → append,
// again after a conflict while time is left. A rejection counts only when it was decided on fresh
// state. When the store does not answer, the command fails instead of waiting.
import type { Rejection } from '../domain/rejection.js';
import type { Aggregate, AggregateStore, LoadOption } from '../folds/aggregate-store.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { UnreadableEventError } from '../event-store/recorded.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import { withStoreTimeout } from '../event-store/store-timeout.js';
import { inSpan, type TraceSpan, type Tracing } from '../tracing/tracing.js';
import { CommandAttempt } from './command-attempt.js';
import type { CommandOutcome, CommandRequest } from './command-context.js';
import { commandSpan, outcomeOf } from './command-spans.js';
import { StreamQueue } from './stream-queue.js';

/** The service promises to report an unavailable store within 3 s; this is less. */
const DEADLINE_MS = 2_800;
/**
 * With less time left, a command that lost a race fails instead of trying again. It has stored
 * nothing.
 */
const RESERVE_MS = 500;
/** The pause between attempts grows with each lost race, up to this factor. */
const PAUSE_MS = 8;
const MAX_PAUSES = 4;

export class CommandRunner {
  private readonly queue = new StreamQueue();

  constructor(
    readonly store: EventStore,
    readonly aggregates: AggregateStore,
    readonly time: Time = systemTime,
    /** Default: nothing is traced. */
    private readonly tracing?: Tracing,
  ) {}

  /** @throws StoreUnavailableError when the store does not answer in time */
  run<State, Command, Event extends { readonly type: string }, Denial extends Rejection>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    request: CommandRequest<Command, State>,
  ): Promise<CommandOutcome<State>> {
    // A command that no traced request or reaction leads to is not traced.
    const span = this.tracing?.current()?.child(commandSpan(aggregate.decider.category));
    return span === undefined
      ? this.inTurn(aggregate, request, undefined)
      : inSpan(span, () => this.inTurn(aggregate, request, span), outcomeOf);
  }

  private inTurn<State, Command, Event extends { readonly type: string }, Denial extends Rejection>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    request: CommandRequest<Command, State>,
    span: TraceSpan | undefined,
  ): Promise<CommandOutcome<State>> {
    const stream = streamOf(aggregate, request.id);
    const endsAt = this.time.monotonicMs() + DEADLINE_MS;
    const leftMs = () => endsAt - this.time.monotonicMs();
    const answer = this.queue.run(stream, async () => {
      const outcome = await this.decided(aggregate, stream, request, leftMs, span);
      return request.review === undefined ? outcome : request.review(outcome);
    });
    return withStoreTimeout(answer, DEADLINE_MS, `a command to ${stream}`, this.time);
  }

  private async decided<
    State,
    Command,
    Event extends { readonly type: string },
    Denial extends Rejection,
  >(
    aggregate: Aggregate<State, Command, Event, Denial>,
    stream: string,
    request: CommandRequest<Command, State>,
    leftMs: () => number,
    span: TraceSpan | undefined,
  ): Promise<CommandOutcome<State>> {
    // The deadline passed in the queue, so the store is probably unavailable: fail without asking
    // it.
    if (leftMs() <= 0) throw new StoreUnavailableError(`a command to ${stream}`);
    const { store, aggregates, time } = this;
    const ports = { store, aggregates, time, leftMs, span };
    const attempt = new CommandAttempt(ports, aggregate, stream, request);
    const known = aggregates.known<State>(aggregate, stream, request.context.load ?? 'cached');
    if (known !== undefined) {
      const decided = await attempt.on(known);
      if (decided !== 'lost the race' && decided.isCertain) return decided.outcome;
    }
    for (let attempts = 1; ; attempts += 1) {
      const decided = await attempt.on(await aggregates.fresh(aggregate, stream));
      if (decided !== 'lost the race') return decided.outcome;
      // A caller with an expectedRevision gets CONFLICT where the revision is compared; only
      // callers without one get here.
      if (leftMs() < RESERVE_MS) {
        throw new StoreUnavailableError(`a command to ${stream}, which others keep changing`);
      }
      const pauses = Math.min(attempts, MAX_PAUSES);
      await delay(this.time, this.time.random() * PAUSE_MS * pauses);
    }
  }

  /**
   * The folded state; `initial` for an absent stream.
   *
   * @throws StoreUnavailableError
   */
  async stateOf<State, Command, Event, Denial>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    id: string,
    load: LoadOption = 'cached',
  ): Promise<State> {
    const stream = streamOf(aggregate, id);
    const known = this.aggregates.known<State>(aggregate, stream, load);
    if (known !== undefined) return known.state;
    const loading = this.queue.run(stream, () => this.aggregates.fresh(aggregate, stream));
    return (await withStoreTimeout(loading, DEADLINE_MS, `the state of ${stream}`, this.time))
      .state;
  }

  /**
   * As `stateOf`. If an event cannot be read, the state before that event.
   *
   * @throws StoreUnavailableError
   */
  async stateOrPrefixOf<State, Command, Event, Denial>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    id: string,
    load: LoadOption = 'cached',
  ): Promise<State> {
    try {
      return await this.stateOf(aggregate, id, load);
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      const before = error.revision - 1;
      if (before < 0) return aggregate.decider.initial;
      return this.aggregates.atRevision(aggregate, streamOf(aggregate, id), before);
    }
  }
}

export function streamOf(
  { decider }: { readonly decider: { readonly category: string } },
  id: string,
): string {
  return `${decider.category}-${id}`;
}
