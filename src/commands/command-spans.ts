// What a trace is told of a command and its append: names, counts and codes. A stream is told by
// its category alone, because its id may be a person's or a secret.
import { AppendTooLargeError, ConflictError } from '../event-store/errors.js';
import type { ExpectedRevision } from '../event-store/event-store.js';
import type { NewEvent } from '../event-store/stored-event.js';
import {
  faultClassOf,
  type TraceSpan,
  type SpanAttributes,
  type SpanStart,
} from '../tracing/tracing.js';
import { type CommandOutcome, outcomeName } from './command-context.js';

export function commandSpan(category: string): SpanStart {
  return {
    name: `command ${category}`,
    kind: 'internal',
    attributes: { 'cartograph.stream.category': category },
  };
}

/** The command is known once it is enriched. */
export function noteCommand(span: TraceSpan, command: unknown): void {
  if (typeof command !== 'object' || command === null || !('type' in command)) return;
  const { type } = command;
  if (typeof type !== 'string') return;
  span.rename(type);
  span.note({ 'cartograph.command': type });
}

export function outcomeOf(outcome: CommandOutcome<unknown>): SpanAttributes {
  return { 'cartograph.outcome': outcomeName(outcome) };
}

export function appendSpan(category: string, expected: ExpectedRevision): SpanStart {
  return {
    name: `append ${category}`,
    kind: 'producer',
    attributes: {
      'cartograph.stream.category': category,
      'cartograph.append.expected_revision': String(expected),
    },
  };
}

/** Appends within the span of the append. */
export async function inAppendSpan<Result>(
  span: TraceSpan,
  events: readonly NewEvent[],
  append: () => Promise<Result>,
): Promise<Result> {
  noteEvents(span, events);
  try {
    return await append();
  } catch (error) {
    noteRefusal(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function noteEvents(span: TraceSpan, events: readonly NewEvent[]): void {
  const bytes = events.map(({ data, metadata }) => bytesOf(data) + bytesOf(metadata));
  span.note({
    'cartograph.append.events': events.length,
    'cartograph.append.event_types': [...new Set(events.map(({ type }) => type))],
    'cartograph.append.bytes': bytes.reduce((sum, each) => sum + each, 0),
  });
}

/** A conflict and a refused size are answers of the store, not faults. */
function noteRefusal(span: TraceSpan, error: unknown): void {
  if (error instanceof ConflictError) span.note({ 'cartograph.outcome': 'conflict' });
  else if (error instanceof AppendTooLargeError) span.note({ 'cartograph.outcome': 'too large' });
  else span.fail(faultClassOf(error));
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
