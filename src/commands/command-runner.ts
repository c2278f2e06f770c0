// One command at a time a stream, within a deadline: a command acts once however often it is sent,
// and when the store does not answer, this fails rather than waits.
import type { Rejection } from '../domain/rejection.js';
import type { Aggregate, AggregateStore } from '../folds/aggregate-store.js';
import type { EventStore } from '../event-store/event-store.js';
import { UnreadableEventError } from '../event-store/recorded.js';
import { within } from '../event-store/within.js';
import type { CommandOutcome, CommandRequest } from './command-context.js';
import { Execution } from './execution.js';
import { StreamQueue } from './stream-queue.js';

/** Under the service's promise of 3 s to say that the store is away. */
const DEADLINE_MS = 2_800;

export class CommandRunner {
  private readonly queue = new StreamQueue();

  constructor(
    private readonly store: EventStore,
    readonly aggregates: AggregateStore,
    private readonly clock: () => number,
  ) {}

  /** @throws StoreUnavailableError when the store's answer did not come in time. */
  run<State, Command, Event extends { readonly type: string }, Denial extends Rejection>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    request: CommandRequest<Command, State>,
  ): Promise<CommandOutcome<State>> {
    const stream = streamOf(aggregate, request.id);
    const endsAt = performance.now() + DEADLINE_MS;
    const outcome = this.queue.run(stream, async () => {
      const { store, aggregates, clock } = this;
      const execution = new Execution(store, aggregates, clock, aggregate, stream, endsAt);
      const decided = await execution.run(request);
      return request.review === undefined ? decided : request.review(decided);
    });
    return within(outcome, DEADLINE_MS, `a command to ${stream}`);
  }

  /**
   * The folded state: what is cached, which may be behind the log, else what the log says. `initial`
   * for an absent stream. @throws StoreUnavailableError
   */
  async stateOf<State, Command, Event, Denial>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    id: string,
  ): Promise<State> {
    const cached = this.aggregates.peek<State>(streamOf(aggregate, id));
    return cached === undefined ? this.freshStateOf(aggregate, id) : cached.state;
  }

  /**
   * As `stateOf`; where an event is not understood, the state before it. @throws StoreUnavailableError
   */
  async stateOrPrefixOf<State, Command, Event, Denial>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    id: string,
  ): Promise<State> {
    try {
      return await this.stateOf(aggregate, id);
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      const before = error.revision - 1;
      if (before < 0) return aggregate.decider.initial;
      return this.aggregates.atRevision(aggregate, streamOf(aggregate, id), before);
    }
  }

  /** The folded state as the log has it now. @throws StoreUnavailableError */
  async freshStateOf<State, Command, Event, Denial>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    id: string,
  ): Promise<State> {
    const stream = streamOf(aggregate, id);
    const loading = this.queue.run(stream, () => this.aggregates.fresh(aggregate, stream));
    return (await within(loading, DEADLINE_MS, `the state of ${stream}`)).state;
  }
}

export function streamOf(
  { decider }: { readonly decider: { readonly category: string } },
  id: string,
): string {
  return `${decider.category}-${id}`;
}
