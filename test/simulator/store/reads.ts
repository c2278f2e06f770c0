// Reads that end: a stream or `$all`, forwards or backwards, of what one node shows when it is
// asked.
import type { ReadRequest, Start } from '../../../embedded-node/src/read/read-request.js';
import {
  eventMessage as encoded,
  notFoundMessage,
} from '../../../embedded-node/src/wire/read-messages.js';
import { streamDeleted, unexpected } from '../../../embedded-node/src/wire/statuses.js';
import type { Entry } from './entry.js';
import { resolved } from './links.js';
import type { LogView } from './log-view.js';
import { POSITION_STEP } from './stored-log.js';

type EventForm = Pick<ReadRequest, 'resolveLinks' | 'structuredIds'>;

/** The answers to a read, as bytes. @throws StatusError for what is refused, before any answer */
export function answersTo(view: LogView, request: ReadRequest): Iterable<Uint8Array> {
  const { target } = request;
  const entries =
    'all' in target
      ? allEntries(view, target.all, request.isForwards)
      : streamEntries(view, target.stream, target.from, request.isForwards);
  if (entries !== undefined) return messages(view, entries, request);
  return 'stream' in target ? [notFoundMessage(target.stream)] : [];
}

/** An event as its reader asked for it. */
export function eventMessage(
  view: LogView,
  entry: Entry,
  { resolveLinks, structuredIds }: EventForm,
  isLive = false,
): Uint8Array {
  if (resolveLinks) return encoded(resolved(view, entry, isLive), structuredIds);
  return structuredIds ? encoded({ event: entry }, true) : entry.bytes;
}

function* messages(
  view: LogView,
  entries: Iterable<Entry>,
  request: ReadRequest,
): Generator<Uint8Array> {
  let left = request.maxCount ?? 0n;
  for (const entry of entries) {
    if (request.filter?.wants(entry) === false) continue;
    yield eventMessage(view, entry, request);
    left -= 1n;
    if (left === 0n) return;
  }
}

/** Undefined for a stream that is not there, which is an answer and not a failure. */
function streamEntries(
  view: LogView,
  stream: string,
  from: Start,
  isForwards: boolean,
): Iterable<Entry> | undefined {
  if (isForwards && from === 'end') throw unexpected();
  if (view.isOverForReaders(stream)) throw streamDeleted(stream);
  if (!view.isThere(stream) || view.isSoftDeleted(stream)) return undefined;
  const place = from === 'start' ? 0n : from === 'end' ? BigInt(view.countOf(stream)) : from;
  return isForwards ? upwards(view, stream, place) : downwards(view, stream, place);
}

function* upwards(view: LogView, stream: string, from: bigint): Generator<Entry> {
  const first = view.firstVisible(stream);
  const entries = view.entriesOf(stream);
  const isYoungEnough = view.ageLimitOf(stream);
  const end = view.countOf(stream);
  for (let next = Number(from > first ? from : first); next < end; next += 1) {
    const entry = entries[next];
    if (entry !== undefined && isYoungEnough(entry)) yield entry;
  }
}

/** It ends at the first event that cannot be seen. */
function* downwards(view: LogView, stream: string, from: bigint): Generator<Entry> {
  const entries = view.entriesOf(stream);
  const isYoungEnough = view.ageLimitOf(stream);
  const last = view.countOf(stream) - 1;
  const first = view.firstVisible(stream);
  for (let next = Math.min(Number(from), last); next >= first; next -= 1) {
    const entry = entries[next];
    if (entry === undefined || !isYoungEnough(entry)) return;
    yield entry;
  }
}

function allEntries(view: LogView, from: Start, isForwards: boolean): Iterable<Entry> {
  demandPosition(view, from, isForwards);
  if (isForwards) return onwards(view, from);
  return backFrom(view, from);
}

/** A position is where an event begins; forwards, one beyond the end only gives nothing. */
function demandPosition({ end }: LogView, from: Start, isForwards: boolean): void {
  if (typeof from !== 'bigint' || from === 0n) return;
  const isBeyond = from > BigInt(end);
  if (isBeyond ? !isForwards : from % BigInt(POSITION_STEP) !== 0n) throw unexpected();
}

/** From an event, which is given as well. */
function* onwards({ log, length, end }: LogView, from: Start): Generator<Entry> {
  if (from === 'end' || (from !== 'start' && from > BigInt(end))) return;
  const first = from === 'start' || from === 0n ? 0 : Number(from) / POSITION_STEP - 1;
  for (let index = first; index < length; index += 1) {
    const entry = log.entries[index];
    if (entry !== undefined) yield entry;
  }
}

/** Back from before an event. */
function* backFrom({ log, length }: LogView, from: Start): Generator<Entry> {
  if (from === 'start') return;
  const last = from === 'end' ? length - 1 : Number(from) / POSITION_STEP - 2;
  for (let index = last; index >= 0; index -= 1) {
    const entry = log.entries[index];
    if (entry !== undefined) yield entry;
  }
}
