// What every random operation is: a step on the model and the same step on a node, whose answers
// are texts that can be compared.
import {
  WrongExpectedVersionError,
  type EventStoreDBClient,
  type RecordedEvent,
} from '@eventstore/db-client';
import type { Answer, StoreModel } from './store-model.js';

export interface Operation {
  /** What a reader of a failure needs to know. */
  description: string;
  onModel: (model: StoreModel) => Answer;
  onNode: (client: EventStoreDBClient) => Promise<Answer>;
}

export function described(name: string, ...details: unknown[]): string {
  const text = JSON.stringify(details, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value.toString()}n` : value,
  );
  return `${name} ${text}`;
}

/** The answer of a node in the model's words. */
export async function answered(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) {
      return `${error.type} ${String(error.actualVersion)}`;
    }
    const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined;
    if (typeof type !== 'string') throw error;
    return type;
  }
}

export async function recordsOf(
  events: AsyncIterable<{ event?: RecordedEvent }>,
): Promise<RecordedEvent[]> {
  const records: RecordedEvent[] = [];
  for await (const { event } of events) if (event) records.push(event);
  return records;
}
