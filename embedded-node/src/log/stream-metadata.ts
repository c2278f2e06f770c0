// What a stream's metadata says about which of its events can be seen, and by whom. A property that
// is of the wrong kind makes the server ignore all of it, although it is stored as it came.
import { jsonObjectOf } from './json-object.js';
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
const NUMBERS: ReadonlySet<string> = new Set(['$maxCount', '$maxAge', '$cacheControl', '$tb']);
/** In seconds: what .NET's spans of time can hold. */
const LONGEST_SPAN = 922_337_203_685n;
const NOTHING: StreamMetadata = {};

export function metadataOf(event: LoggedEvent | undefined): StreamMetadata {
  if (event?.isJson !== true) return NOTHING;
  const json = jsonObjectOf(event.data, wholeNumbers);
  return (json && inForce(json)) ?? NOTHING;
}

/**
 * `$tb` needs all digits of its 64 bits, which JavaScript's numbers have not. A number written in
 * another way is none to the server, even where its value is whole.
 */
function wholeNumbers(key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !NUMBERS.has(key)) return value;
  const source = context?.source ?? '';
  if (!/^-?\d+$/.test(source)) return null;
  const whole = BigInt(source);
  return BigInt.asIntN(64, whole) === whole ? whole : null;
}

/** A number that is too small to mean anything counts as absent, and takes nothing else with it. */
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
