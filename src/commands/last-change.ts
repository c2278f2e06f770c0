// Finds the last change of a caller in a cart's stream, for an undo.
//
// The metadata of an event names its caller: the role and, for a person who signed in, the subject.
// Guests have no subject: all holders of a cart's secret are one caller.
import { eventsOfChange, touchedBy } from '../domain/cart/decide-undo.js';
import type { CartContentsAt, UndoableChange } from '../domain/cart/commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import { recorded } from '../event-store/recorded.js';
import type { EventMetadata } from '../event-store/stored-event.js';
import { cartAggregate } from './aggregates.js';
import type { Actor } from './command-context.js';
import { type CommandRunner, streamOf } from './command-runner.js';

/** An older change is not looked for: others have changed the cart too often since. */
const MOST_READ = 500;

/** An undo of an address: the address, its taxes, and the undo itself. */
const MOST_EVENTS = 3;

export class LastChanges {
  constructor(private readonly runner: CommandRunner) {}

  /**
   * Null when the caller's last change up to a revision cannot be undone, or is not found.
   *
   * @throws StoreUnavailableError, UnreadableEventError
   */
  async of(cartId: string, revision: number, actor: Actor): Promise<UndoableChange | null> {
    const stream = streamOf(cartAggregate, cartId);
    const [event, ...earlier] = await this.lastAppend(stream, revision, actor);
    const touched = event && touchedBy(event, earlier);
    if (event === undefined || touched == null) return null;
    const [before, after] = await Promise.all([
      this.contentsAt(stream, event.revision - eventsOfChange(event, earlier)),
      this.contentsAt(stream, event.revision),
    ]);
    const { type } = event;
    return { event: { type, revision: event.revision }, ...touched, before, after };
  }

  /**
   * The caller's last event and those before it in the same append, as far as a change can be about
   * them, the newest first. None also for an event of a type that this build does not know.
   */
  private async lastAppend(
    stream: string,
    from: number,
    actor: Actor,
  ): Promise<readonly Recorded<CartEvent>[]> {
    const options = { from, backwards: true, maxCount: MOST_READ };
    const found: Recorded<CartEvent>[] = [];
    let last: EventMetadata | undefined;
    for await (const stored of this.runner.store.readStream(stream, options)) {
      if (last === undefined && !isBy(stored.metadata.actor, actor)) continue;
      if (last !== undefined && !isOfOneAppend(stored.metadata, last)) break;
      last = stored.metadata;
      const event = recorded(cartAggregate.codec, stored);
      if (event === undefined || found.push(event) === MOST_EVENTS) break;
    }
    return found;
  }

  private async contentsAt(stream: string, revision: number): Promise<CartContentsAt> {
    const state = await this.runner.aggregates.atRevision(cartAggregate, stream, revision);
    return state.status === 'ABSENT' ? { lines: [], coupons: [] } : state;
  }
}

/** By what the events of one append have in common. */
function isOfOneAppend(one: EventMetadata, other: EventMetadata): boolean {
  return (
    one.occurredAt === other.occurredAt &&
    one.commandId === other.commandId &&
    one.$correlationId === other.$correlationId &&
    isBy(one.actor, other.actor ?? { kind: '' })
  );
}

function isBy(one: Actor | undefined, other: Actor): boolean {
  return one?.kind === other.kind && one.subject === other.subject;
}
