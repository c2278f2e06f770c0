// Events to append, from the three ways in which a transcript writes them.
import { binaryEvent, jsonEvent, type EventData } from '@eventstore/db-client';
import type { RunValues } from './run-values.js';
import { isObject, type Json, type JsonObject } from './transcript.js';

function numbered(first: number, count: number, eventAt: (i: number) => JsonObject): JsonObject[] {
  return Array.from({ length: count }, (_, i) => ({
    ...eventAt(i),
    id: `<id ${String(first + i)}>`,
    data: { n: i },
  }));
}

function spelledOut(events: Json): JsonObject[] {
  if (Array.isArray(events)) return events as JsonObject[];
  if (!isObject(events)) throw new Error('An append needs events');
  const written = events;
  const first = Number(written.firstId);
  if (typeof written.$count === 'number') {
    const { type = '', metadata } = written;
    const shape = metadata === undefined ? { type } : { type, metadata };
    return numbered(first, written.$count, () => shape);
  }
  if (typeof written.$pattern === 'string') {
    const letters = Array.from(written.$pattern);
    const types = written.types as JsonObject;
    return numbered(first, letters.length, (i) => ({ type: types[letters[i] ?? ''] ?? '' }));
  }
  return [written];
}

function toEvent(written: JsonObject, values: RunValues): EventData {
  const event = values.request(written) as { id: string; type: string; data: unknown };
  return event.data instanceof Uint8Array
    ? binaryEvent(event as Parameters<typeof binaryEvent>[0])
    : jsonEvent(event as Parameters<typeof jsonEvent>[0]);
}

export function eventsToAppend(events: Json, values: RunValues): EventData | EventData[] {
  const made = spelledOut(events).map((event) => toEvent(event, values));
  const [single] = made;
  return isObject(events) && made.length === 1 && single !== undefined ? single : made;
}
