// A query in a sandbox of its own, on the test's thread.
import {
  LIMITS,
  type BatchOutcome,
  type Input,
  type RawEvent,
} from '../../src/sandbox/protocol.js';
import { Sandbox, type SandboxMode } from '../../src/sandbox/sandbox.js';

export function happened(data: unknown, more: Partial<RawEvent> = {}): RawEvent {
  return {
    streamId: 'cart-1',
    sequenceNumber: 0,
    eventType: 'Happened',
    eventId: '00000000-0000-4000-8000-000000000000',
    isJson: true,
    bodyRaw: JSON.stringify(data),
    metadataRaw: null,
    linkMetadataRaw: null,
    category: null,
    partition: '',
    ...more,
  };
}

/** What comes of the events in one batch; the stored states are JSON. */
export async function outcomeOf(
  query: string,
  events: readonly Input[],
  { states = {}, mode = 'continuous' }: { states?: object; mode?: SandboxMode } = {},
): Promise<BatchOutcome> {
  const { sandbox } = await Sandbox.open(query, mode, LIMITS);
  const outcome = sandbox.run('process', JSON.stringify({ events, states }));
  sandbox.close();
  return JSON.parse(outcome) as BatchOutcome;
}

/** The states after the events, by partition. */
export async function statesAfter(
  query: string,
  events: readonly Input[],
  states: object = {},
): Promise<Record<string, unknown>> {
  const outcome = await outcomeOf(query, events, { states });
  return Object.fromEntries(
    outcome.states.map(({ partition, state }) => [
      partition,
      state === null ? null : JSON.parse(state),
    ]),
  );
}
