// Parses a stream's metadata: which of its events are visible, and to whom. A property of the wrong
// type makes the server ignore all of the metadata, although it is stored.
import { jsonObjectOf } from './json-object.js';
import { type LoggedEvent } from './logged-event.js';

export interface StreamMetadata {
  readonly maxCount?: number;
  readonly maxAgeMs?: number;
  /** The first visible revision. */
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

/** The `$tb` of a soft delete: 2^63 − 1, a bare number in the JSON. */
export const DELETED_TB = 9_223_372_036_854_775_807n;

const ACL_KEYS = ['$r', '$w', '$d', '$mr', '$mw'] as const;
const NUMBERS: ReadonlySet<string> = new Set(['$maxCount', '$maxAge', '$cacheControl', '$tb']);
/** In seconds: the maximum of a .NET TimeSpan. */
const LONGEST_SPAN = 922_337_203_685n;
const NOTHING: StreamMetadata = {};

export function metadataOf(event: LoggedEvent | undefined): StreamMetadata {
  if (event?.isJson !== true) return NOTHING;
  const json = jsonObjectOf(event.data, wholeNumbers);
  return (json && inForce(json)) ?? NOTHING;
}

/**
 * `$tb` needs all digits of 64 bits, which a JavaScript number does not have. The server ignores a
 * number in another notation, even if its value is whole.
 */
function wholeNumbers(key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !NUMBERS.has(key)) return value;
  const source = context?.source ?? '';
  if (!/^-?\d+$/.test(source)) return null;
  const whole = BigInt(source);
  return BigInt.asIntN(64, whole) === whole ? whole : null;
}

/** A value below the minimum counts as absent; the other properties still apply. */
function inForce(json: Record<string, unknown>): StreamMetadata | undefined {
  const { $maxCount, $maxAge, $cacheControl, $tb, $tmp } = json;
  const acl = aclOf(json['$acl']);
  if (acl === null || !isAbsentOr('boolean', $tmp)) return undefined;
  if (![$maxCount, $tb].every((number) => isAbsentOr('bigint', number))) return undefined;
  if (![$maxAge, $cacheControl].every(isAbsentOrSpan)) return undefined;
  return {
    ...(isAtLeast(1n, $maxCount) && { maxCount: Number($maxCount) }),
    ...(isAtLeast(1n, $maxAge) && { maxAgeMs: Number($maxAge) * 1000 }),
    ...(isAtLeast(0n, $tb) && { truncateBefore: $tb }),
    ...(acl && { acl }),
  };
}

function isAbsentOr(type: 'bigint' | 'boolean', value: unknown): boolean {
  return value === undefined || typeof value === type;
}

function isAbsentOrSpan(value: unknown): boolean {
  if (typeof value !== 'bigint') return value === undefined;
  return value >= -LONGEST_SPAN && value <= LONGEST_SPAN;
}

function isAtLeast(least: bigint, value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= least;
}

/** An access list: undefined when there is none, null when it is invalid. */
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
