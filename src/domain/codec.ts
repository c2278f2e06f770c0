// Between the log's JSON and the domain's events: every stored version has a schema, and older ones
// are upcast on the way in, so that `evolve` meets only the newest.
import { z } from 'zod';

export type JsonObject = { readonly [key: string]: unknown };

export interface EncodedEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

export interface Codec<Event> {
  /** @throws MalformedEventError when the event would not be readable again. */
  encode(event: Event): EncodedEvent;
  /**
   * @throws UnknownEventError for a type or a newer version, MalformedEventError for content, that
   * this code does not understand.
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

/** A schema version newer than this code: somebody with newer code has written to this log. */
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

/** Stored content that does not match its schema, or a schema version that never was. */
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
 * How one event type is stored: its schemas by version, oldest first, each with the step to the
 * next.
 */
export interface StoredEventType {
  readonly schema: z.ZodType<JsonObject>;
  /** Turns the data of an older version into the next one's; `upcasters[0]` takes version 1. */
  readonly upcasters: readonly ((data: JsonObject) => JsonObject)[];
  /** Schemas of the older versions, by version − 1; as many as there are upcasters. */
  readonly olderSchemas: readonly z.ZodType<JsonObject>[];
}

/** A type that has had one version only. */
export function firstVersion(schema: z.ZodType<JsonObject>): StoredEventType {
  return { schema, upcasters: [], olderSchemas: [] };
}

/** The codec of a category's events, from how each type is stored. */
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
      // The one place where JSON becomes a typed event: the schema has just said that it is one.
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
