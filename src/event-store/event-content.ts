// Decodes the bytes of a stored event. Anyone can append to the log, so nothing here throws:
// content that the service cannot have written is returned together with its problem.
import type { EventMetadata } from './stored-event.js';

export interface ReadMetadata {
  readonly metadata: EventMetadata;
  /** Why the service cannot have written this event; undefined for valid metadata. */
  readonly problem: string | undefined;
  /** The metadata as stored. */
  readonly stored: unknown;
}

/** Shorter JSON cannot be nested deeply enough to exhaust the stack when it is serialised again. */
const SHALLOW_BYTES = 4_096;
const MAX_DEPTH = 1_000;

/** The JSON value, or the text where the bytes are not JSON or are nested too deeply. */
export function jsonOrText(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  if (bytes.length > SHALLOW_BYTES && isTooDeep(bytes)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** @param recordedAt replaces a missing or invalid occurred time, in milliseconds since 1970 */
export function readMetadata(bytes: Uint8Array, recordedAt: number): ReadMetadata {
  const stored = bytes.length === 0 ? undefined : jsonOrText(bytes);
  const content = isObject(stored) ? stored : {};
  const problem = stored === undefined ? 'it has no metadata' : problemOf(stored);
  if (problem === undefined)
    return { metadata: content as unknown as EventMetadata, problem, stored };
  return { metadata: usable(content, recordedAt), problem, stored };
}

type RawMetadata = Readonly<Record<string, unknown>>;

function problemOf(stored: unknown): string | undefined {
  if (!isObject(stored)) return 'its metadata is not a JSON object';
  if (typeof stored['schemaVersion'] !== 'number') return 'its schemaVersion is not a number';
  if (!isInstant(stored['occurredAt'])) return 'its occurredAt is not an instant';
  const name = texts.find((each) => !['undefined', 'string'].includes(typeof stored[each]));
  if (name !== undefined) return `its ${name} is not a string`;
  const actor = stored['actor'];
  return actor === undefined || isObject(actor) ? undefined : 'its actor is not an object';
}

const texts = [
  'commandId',
  'commandHash',
  'reason',
  '$correlationId',
  '$causationId',
  'chain',
] as const;

/** The valid parts of malformed metadata, for readers that only pass the event on. */
function usable(content: RawMetadata, recordedAt: number): EventMetadata {
  const { schemaVersion, occurredAt } = content;
  const kept = texts.filter((name) => typeof content[name] === 'string');
  return {
    schemaVersion: typeof schemaVersion === 'number' ? schemaVersion : 0,
    occurredAt: isInstant(occurredAt) ? occurredAt : new Date(recordedAt).toISOString(),
    ...Object.fromEntries(kept.map((name) => [name, content[name]])),
  };
}

function isObject(value: unknown): value is RawMetadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
