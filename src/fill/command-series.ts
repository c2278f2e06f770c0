// Decides commands one after the other, as the shop does, and keeps their events with their times.
import type { Decider } from '../domain/decider.js';
import type { DatedEvent } from './filled-streams.js';

export class CommandSeries<State, Command extends { readonly at: number }, Event> {
  readonly events: DatedEvent<Event>[] = [];
  state: State;

  constructor(private readonly decider: Decider<State, Command, Event, { readonly code: string }>) {
    this.state = decider.initial;
  }

  /** @throws RangeError for a refusal: a filled log is made of what is accepted */
  take(command: Command): void {
    const decision = this.decider.decide(command, this.state);
    if ('rejected' in decision) throw new RangeError(`Refused: ${decision.rejected.code}`);
    const { at } = command;
    for (const event of decision.accepted) {
      const facts = { id: '', revision: this.events.length, occurredAt: at };
      this.state = this.decider.evolve(this.state, { ...event, ...facts });
      this.events.push({ event, at });
    }
  }
}
