// Translates between the log's JSON and the domain's events. Every stored version has a schema.
// Older versions are upcast when they are read, so `evolve` gets only the newest.
import { z } from 'zod';
import { MAX_UNITS } from './cart/limits.js';
import { storable } from './text.js';

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
  /** The id of its stream as the event states it; undefined where it states none. */
  statedId?(event: Event): string | undefined;
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

export type StoredEventTypes<Event extends { readonly type: string }> = Readonly<
  Record<Event['type'], StoredEventType>
>;

/** Makes the codec of a category from the stored form of each type. */
export function codecOf<Event extends { readonly type: string; readonly data: object }>(
  types: StoredEventTypes<Event>,
  statedId?: Codec<Event>['statedId'],
): Codec<Event> {
  const byType = new Map<string, StoredEventType>(Object.entries(types));
  return {
    ...(statedId && { statedId }),
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

// What the stored events of several categories hold. Each bound excludes only what no release of
// the service has written, and what a reader of the events could not handle.

/** Postgres cannot index a text of more than about 2,700 bytes. */
const MAX_KEY_LENGTH = 500;

/** Names a stream's subject or a row. Databases store neither a NUL nor a lone surrogate. */
export const keySchema = z
  .string()
  .min(1)
  .max(MAX_KEY_LENGTH)
  .refine((text) => storable(text) === text, 'is not text');

/** An old log may contain a currency that ISO 4217 no longer lists. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/);

export const minorUnitsSchema = z.int().min(0);

export const unitsSchema = z.int().min(1).max(MAX_UNITS);

/** The range of ECMAScript's time, in milliseconds since 1970. */
const MAX_INSTANT = 8_640_000_000_000_000;

export const instantSchema = z.int().min(-MAX_INSTANT).max(MAX_INSTANT);

/** How a checkout pays: `PaymentIntent` of the cart's events. */
export const paymentIntentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('NONE') }),
  z.object({ kind: z.literal('GATEWAY'), intentId: keySchema }),
]);
