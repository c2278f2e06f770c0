// load → decide → append. A command acts once however often it is sent; a conflict is decided again
// on what the log says now; a refusal is only answered when it was decided on fresh state; and when
// the store does not answer, neither does this: it fails within its deadline.
import { setTimeout as delay } from 'node:timers/promises';
import type { Recorded } from '../domain/decider.js';
import type { Rejection } from '../domain/rejection.js';
import type { Aggregate, AggregateStore, Loaded } from '../event-store/aggregate-store.js';
import { ConflictError, StoreUnavailableError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import type { EventMetadata, NewEvent } from '../event-store/stored-event.js';
import { within } from '../event-store/within.js';
import {
  type Accepted,
  type CommandContext,
  type CommandOutcome,
  refused,
} from './command-context.js';
import { freshId } from './command-id.js';
import { proposedEvents } from './proposed-events.js';
import { commandIdReused, conflict } from './rejections.js';
import { StreamQueue } from './stream-queue.js';

export interface CommandRequest<Command> {
  readonly id: string;
  /** Builds the command for the instant at which it occurs; asked again for each decision. */
  readonly command: (at: number) => Command | Promise<Command>;
  /** Tells a retry from a reused key; demanded where the context has a commandId. */
  readonly hash?: string;
  readonly context: CommandContext;
}

/** How often a command that lost a race is decided again before it is answered with CONFLICT. */
const MAX_DECISIONS = 50;
const DEADLINE_MS = 2_800;
const APPEND_MS = 2_500;
const PAUSE_MS = 8;

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
    request: CommandRequest<Command>,
  ): Promise<CommandOutcome<State>> {
    const stream = streamOf(aggregate, request.id);
    const endsAt = performance.now() + DEADLINE_MS;
    const carriedOut = this.queue.run(stream, () =>
      new Execution(this.store, this.aggregates, this.clock, aggregate, stream, endsAt).run(
        request,
      ),
    );
    return within(carriedOut, DEADLINE_MS, `a command to ${stream}`);
  }

  /** The folded state: what is cached, else what the log says. `initial` for an absent stream. */
  async stateOf<State, Command, Event, Denial>(
    aggregate: Aggregate<State, Command, Event, Denial>,
    id: string,
  ): Promise<State> {
    const stream = streamOf(aggregate, id);
    const loaded =
      this.aggregates.peek<State>(stream) ??
      (await this.queue.run(stream, () => this.aggregates.fresh(aggregate, stream)));
    return loaded.state;
  }
}

export function streamOf(
  { decider }: { readonly decider: { readonly category: string } },
  id: string,
): string {
  return `${decider.category}-${id}`;
}

/** One command on its way: everything that stays the same while it is decided again. */
class Execution<State, Command, Event extends { readonly type: string }, Denial extends Rejection> {
  constructor(
    private readonly store: EventStore,
    private readonly aggregates: AggregateStore,
    private readonly clock: () => number,
    private readonly aggregate: Aggregate<State, Command, Event, Denial>,
    private readonly stream: string,
    private readonly endsAt: number,
  ) {}

  async run(request: CommandRequest<Command>): Promise<CommandOutcome<State>> {
    // Whoever waited behind others in vain is not worth another try at a store that is away.
    this.stopAtDeadline();
    const commandId = request.context.commandId ?? freshId();
    let loaded = this.aggregates.peek<State>(this.stream);
    let isFresh = loaded === undefined;
    for (let decisions = 0; decisions < MAX_DECISIONS; decisions += 1) {
      loaded ??= await this.aggregates.fresh(this.aggregate, this.stream);
      const answer = await this.decide(request, commandId, loaded);
      if (answer === 'lost the race') {
        await delay(Math.random() * PAUSE_MS * Math.min(decisions + 1, 8));
        this.stopAtDeadline();
      } else if (answer.accepted || isFresh) {
        return answer;
      }
      loaded = await this.aggregates.fresh(this.aggregate, this.stream);
      isFresh = true;
    }
    return refused(conflict(loaded?.revision ?? -1));
  }

  private async decide(
    request: CommandRequest<Command>,
    commandId: string,
    loaded: Loaded<State>,
  ): Promise<CommandOutcome<State> | 'lost the race'> {
    const { context, hash } = request;
    const earlier = loaded.commands.get(commandId);
    if (earlier !== undefined) {
      return earlier.hash === hash
        ? this.replay(earlier.revision, loaded)
        : refused(commandIdReused);
    }
    const { expectedRevision } = context;
    if (expectedRevision !== undefined && expectedRevision !== loaded.revision) {
      return refused(conflict(loaded.revision));
    }
    // A clock that steps back must not make a stream's time run backwards.
    const at = Math.max(context.occurredAt ?? this.clock(), loaded.lastOccurredAt);
    const decision = this.aggregate.decider.decide(await request.command(at), loaded.state);
    if ('rejected' in decision) return refused(decision.rejected);
    if (decision.accepted.length === 0) return unchanged(loaded);
    return this.append(decision.accepted, metadataOf(request, at), commandId, loaded);
  }

  private async append(
    events: readonly Event[],
    metadata: Omit<EventMetadata, 'schemaVersion'>,
    commandId: string,
    loaded: Loaded<State>,
  ): Promise<CommandOutcome<State> | 'lost the race'> {
    const expected = loaded.revision < 0 ? 'no_stream' : loaded.revision;
    const { codec } = this.aggregate;
    const proposed = proposedEvents(codec, this.stream, commandId, events, metadata);
    const timeoutMs = Math.min(APPEND_MS, this.leftMs());
    try {
      const appended = await this.store.append(this.stream, proposed, expected, { timeoutMs });
      const facts = recordedFrom(
        events,
        proposed,
        loaded.revision,
        Date.parse(metadata.occurredAt),
      );
      const after = this.aggregates.advance(this.aggregate, this.stream, loaded, facts, metadata);
      const { state, revision } = after;
      return { accepted: true, state, revision, position: appended.position, replayed: false };
    } catch (error) {
      if (error instanceof ConflictError) return 'lost the race';
      // Whether these events are in the log is not known, so neither is the state.
      this.aggregates.forget(this.stream);
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

  private leftMs(): number {
    return this.endsAt - performance.now();
  }

  private stopAtDeadline(): void {
    if (this.leftMs() <= 0) throw new StoreUnavailableError(`a command to ${this.stream}`);
  }
}

function unchanged<State>({ state, revision }: Loaded<State>): Accepted<State> {
  return { accepted: true, state, revision, position: null, replayed: false };
}

/** The events as the store has them now, without asking it. */
function recordedFrom<Event>(
  events: readonly Event[],
  proposed: readonly NewEvent[],
  revisionBefore: number,
  occurredAt: number,
): Recorded<Event>[] {
  return events.map((event, index) => {
    const id = proposed[index]?.id ?? '';
    return { ...event, id, revision: revisionBefore + 1 + index, occurredAt };
  });
}

function metadataOf<Command>(
  { context, hash }: CommandRequest<Command>,
  at: number,
): Omit<EventMetadata, 'schemaVersion'> {
  const { commandId, actor } = context;
  return {
    occurredAt: new Date(at).toISOString(),
    ...(commandId !== undefined && { commandId, ...(hash !== undefined && { commandHash: hash }) }),
    actor,
  };
}
