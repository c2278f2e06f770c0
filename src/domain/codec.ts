// Translates between the log's JSON and the domain's events. Every stored version has a schema.
// Older versions are upcast when they are read, so `evolve` gets only the newest.
import { z } from 'zod';

export type JsonObject = { readonly [key: string]: unknown };

export interface EncodedEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

export interface Codec<Event> {
  /** @throws MalformedEventError when the event could not be read back */
  encode(event: Event): EncodedEvent;
  /**
   * @throws UnknownEventError for a type or a newer version that this code does not know
   * @throws MalformedEventError for content that does not match the schema
   */
  decode(type: string, schemaVersion: number, data: unknown): Event;
}

/**
 * An event type that this code does not know. The write side stops; a projection records a skip.
 */
export class UnknownEventError extends Error {
  override readonly name: string = 'UnknownEventError';
  constructor(
    readonly type: string,
    message = `Unknown event type ${type}`,
  ) {
    super(message);
  }
}

/** A schema version newer than this code: newer code has written to this log. */
export class NewerEventError extends UnknownEventError {
  override readonly name = 'NewerEventError';
  constructor(
    type: string,
    readonly schemaVersion: number,
    newest: number,
  ) {
    const known = `this code understands versions 1 to ${newest}`;
    super(type, `Event ${type} of schema version ${schemaVersion}: ${known}`);
  }
}

/** Stored content that does not match its schema, or a schema version that never existed. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
  constructor(
    readonly type: string,
    readonly schemaVersion: number,
    problem: string,
  ) {
    super(`Event ${type} of schema version ${schemaVersion}: ${problem}`);
  }
}

/**
 * How one event type is stored: its schemas by version, the oldest first, and the step from each to
 * the next.
 */
export interface StoredEventType {
  readonly schema: z.ZodType<JsonObject>;
  /** Turns the data of a version into that of the next; `upcasters[0]` takes version 1. */
  readonly upcasters: readonly ((data: JsonObject) => JsonObject)[];
  /** Schemas of the older versions, at index version − 1; one for each upcaster. */
  readonly olderSchemas: readonly z.ZodType<JsonObject>[];
}

/** An event type with a single version. */
export function firstVersion(schema: z.ZodType<JsonObject>): StoredEventType {
  return { schema, upcasters: [], olderSchemas: [] };
}

/** Makes the codec of a category from the stored form of each type. */
export function codecOf<Event extends { readonly type: string; readonly data: object }>(
  types: Readonly<Record<Event['type'], StoredEventType>>,
): Codec<Event> {
  const byType = new Map<string, StoredEventType>(Object.entries(types));
  return {
    encode({ type, data }) {
      const stored = storedTypeOf(byType, type);
      const schemaVersion = stored.upcasters.length + 1;
      return { type, schemaVersion, data: parse(type, schemaVersion, stored.schema, data) };
    },
    decode(type, schemaVersion, data) {
      const stored = storedTypeOf(byType, type);
      // The only cast from JSON to a typed event. The schema has just validated the data.
      return { type, data: newest(stored, type, schemaVersion, data) } as unknown as Event;
    },
  };
}

function storedTypeOf(types: ReadonlyMap<string, StoredEventType>, type: string): StoredEventType {
  const stored = types.get(type);
  if (stored === undefined) throw new UnknownEventError(type);
  return stored;
}

function newest(stored: StoredEventType, type: string, version: number, data: unknown): JsonObject {
  const current = stored.upcasters.length + 1;
  if (Number.isInteger(version) && version > current) {
    throw new NewerEventError(type, version, current);
  }
  if (!Number.isInteger(version) || version < 1 || version > current) {
    throw new MalformedEventError(type, version, `this code understands versions 1 to ${current}`);
  }
  const older = stored.olderSchemas[version - 1];
  if (older === undefined) return parse(type, version, stored.schema, data);
  const upcast = stored.upcasters
    .slice(version - 1)
    .reduce((content, step) => step(content), parse(type, version, older, data));
  return parse(type, current, stored.schema, upcast);
}

function parse(
  type: string,
  version: number,
  schema: z.ZodType<JsonObject>,
  data: unknown,
): JsonObject {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MalformedEventError(
    type,
    version,
    `${issue?.path.join('.') ?? 'data'}: ${issue?.message ?? 'does not match its schema'}`,
  );
}
