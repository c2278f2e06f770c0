// What a stream's metadata says about which of its events can be seen, and by whom. One senseless
// property makes the server ignore all of it, although it is stored as it came.
import { type LoggedEvent } from './logged-event.js';

export interface StreamMetadata {
  readonly maxCount?: number;
  readonly maxAgeMs?: number;
  /** The first revision that can be seen. */
  readonly truncateBefore?: bigint;
  readonly acl?: Acl;
}

export interface Acl {
  readonly $r?: readonly string[];
  readonly $w?: readonly string[];
  readonly $d?: readonly string[];
  readonly $mr?: readonly string[];
  readonly $mw?: readonly string[];
}

/** The `$tb` of a soft delete: 2^63 − 1, which stands in the JSON as a bare number. */
export const DELETED_TB = 9_223_372_036_854_775_807n;

const ACL_KEYS = ['$r', '$w', '$d', '$mr', '$mw'] as const;
const NOTHING: StreamMetadata = {};

export function metadataOf(event: LoggedEvent | undefined): StreamMetadata {
  if (event === undefined) return NOTHING;
  const text = Buffer.from(event.data).toString('utf8');
  try {
    return parse(text) ?? NOTHING;
  } catch (error) {
    if (error instanceof SyntaxError) return NOTHING;
    throw error;
  }
}

/** JSON numbers above 2^53 lose digits in JavaScript; `$tb` is the one that needs them all. */
function parse(text: string): StreamMetadata | undefined {
  const json: unknown = JSON.parse(text, (key, value: unknown, context?: { source?: string }) =>
    key === '$tb' && typeof value === 'number' && !Number.isSafeInteger(value)
      ? BigInt(context?.source ?? value)
      : value,
  );
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const found = json as Record<string, unknown>;
  const maxCount = positive(found['$maxCount']);
  const maxAge = positive(found['$maxAge']);
  const truncateBefore = revision(found['$tb']);
  const acl = aclOf(found['$acl']);
  if ([maxCount, maxAge, truncateBefore, acl, positive(found['$cacheControl'])].includes(null)) {
    return undefined;
  }
  return {
    ...(typeof maxCount === 'number' && { maxCount }),
    ...(typeof maxAge === 'number' && { maxAgeMs: maxAge * 1000 }),
    ...(typeof truncateBefore === 'bigint' && { truncateBefore }),
    ...(acl && { acl }),
  };
}

/** Undefined where the property is absent, null where it is senseless. */
function positive(value: unknown): number | undefined | null {
  if (value === undefined) return undefined;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

function revision(value: unknown): bigint | undefined | null {
  if (value === undefined) return undefined;
  if (typeof value === 'bigint') return value >= 0n && value <= DELETED_TB ? value : null;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? BigInt(value) : null;
}

/** An access list: undefined where there is none, null where it is senseless. */
export function aclOf(value: unknown): Acl | undefined | null {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value).map(([key, roles]) => [key, rolesOf(roles)] as const);
  const isSound = entries.every(
    ([key, roles]) => ACL_KEYS.some((known) => known === key) && roles !== null,
  );
  return isSound ? Object.fromEntries(entries) : null;
}

function rolesOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  const isList = Array.isArray(value) && value.every((role) => typeof role === 'string');
  return isList ? value : null;
}

export function isMetadataStream(stream: string): boolean {
  return stream.startsWith('$$');
}

export function metadataStreamOf(stream: string): string {
  return `$$${stream}`;
}
