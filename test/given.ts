// given(events).when(command).then(events | rejection); given(events).thenRow(key, row).
import { expect } from '@jest/globals';
import type { Decider } from '../src/domain/decider.js';
import type { ProjectedEvent, Projection, ShopEvent } from '../src/projections/projection.js';
import { recordedAs } from './controls/recorded.js';

type Expected<Event> = readonly Event[] | { readonly code: string };

function foldOf<State, Event>(
  { initial, evolve }: Pick<Decider<State, never, Event, never>, 'initial' | 'evolve'>,
  events: readonly Event[],
): State {
  return events.reduce((state, event, at) => evolve(state, recordedAs(event, at)), initial);
}

/** The three words for a decider. */
export function specificationOf<State, Command, Event, Rejection extends { readonly code: string }>(
  decider: Decider<State, Command, Event, Rejection>,
) {
  return {
    given: (...events: readonly Event[]) => ({
      state: foldOf(decider, events),
      when: (command: Command) => ({
        then: (expected: Expected<Event>) => {
          const decision = decider.decide(command, foldOf(decider, events));
          if ('code' in expected) {
            expect(decision).toEqual({ rejected: expect.objectContaining(expected) });
          } else expect(decision).toEqual({ accepted: expected });
        },
      }),
    }),
  };
}

/** The three words for a projection. */
export function projecting<Row extends object>(projection: Projection<Row>) {
  return {
    given: (...events: readonly { readonly subject: string; readonly event: ShopEvent }[]) => ({
      thenRow: (key: string, row: Partial<Row> | undefined) => {
        const rows = new Map<string, Row>();
        events.forEach(({ subject, event }, at) => {
          const revision = events.slice(0, at).filter((one) => one.subject === subject).length;
          const projected = { ...recordedAs(event, at), subject, revision } as ProjectedEvent;
          const found = projection.keyOf(projected);
          if (found !== undefined) rows.set(found, projection.evolve(rows.get(found), projected));
        });
        const raw = rows.get(key);
        const found = raw && (projection.complete?.(raw) ?? raw);
        if (row === undefined) expect(found).toBeUndefined();
        else expect(found).toMatchObject(row);
      },
    }),
  };
}
