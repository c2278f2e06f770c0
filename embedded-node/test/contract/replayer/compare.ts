// The judgement: whether what was observed is what the transcript expects, and where it is not.
import { createHash } from 'node:crypto';
import { asPosition, type Positions } from './positions.js';
import type { RunValues } from './run-values.js';
import { isObject } from './transcript.js';

export interface Mismatch {
  path: string;
  expected: string;
  observed: string;
}

export interface Comparison {
  values: RunValues;
  positions: Positions;
  /** Names of lists whose order means nothing. */
  unordered: ReadonlySet<string>;
}

const minuteMs = 60_000;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A value in the transcript's own notation, with names for the run's digits. */
export function notation(value: unknown, values: RunValues): string {
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return `${item.toString()}n`;
    if (item instanceof Uint8Array) return { $bytes: Buffer.from(item).toString('base64') };
    return item;
  }) as string | undefined;
  return values.readable(text ?? 'nothing');
}

function isNear(timeMs: number): boolean {
  return Math.abs(timeMs - Date.now()) <= minuteMs;
}

function isRecentDate(observed: unknown): boolean {
  if (observed instanceof Date) return isNear(observed.getTime());
  // On the wire a time is a text of 100 ns ticks since 1970.
  return (
    typeof observed === 'string' && /^\d{17,}$/.test(observed) && isNear(Number(observed) / 1e4)
  );
}

function isRecentIsoDate(observed: unknown): boolean {
  const found = /\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?/.exec(String(observed));
  return found !== null && isNear(Date.parse(found[1] ? found[0] : `${found[0]}Z`));
}

/** For a text that stands for many values: what is wrong with the observed one, or null. */
function wildcardProblem(
  expected: string,
  observed: unknown,
  to: Comparison,
): string | null | undefined {
  const rank = /^<p(\d+)>$/.exec(expected)?.[1];
  if (rank !== undefined) return to.positions.disagreement(Number(rank), observed) ?? null;
  switch (expected) {
    case '<any>':
      return observed === undefined || observed === null ? 'is nothing' : null;
    case '<date>':
      return isRecentDate(observed) ? null : 'is no recent date';
    case '<iso date>':
      return isRecentIsoDate(observed) ? null : 'has no recent date';
    case '<position>':
      return observed === expected || asPosition(observed) !== undefined ? null : 'is no position';
    case '<uuid>': {
      const isUuid = typeof observed === 'string' && uuidPattern.test(observed);
      return isUuid && !to.values.isOwnId(observed) ? null : "is no uuid of the server's";
    }
    default:
      return undefined;
  }
}

function textMatches(expected: string, observed: unknown, values: RunValues): boolean {
  if (/^-?\d+n$/.test(expected)) return observed === BigInt(expected.slice(0, -1));
  return observed === values.text(expected);
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Bytes and long texts are written as objects with one telling key. */
function contentMatches(
  expected: Record<string, unknown>,
  observed: unknown,
  values: RunValues,
): boolean | undefined {
  if (typeof expected.$bytes === 'string') {
    return observed instanceof Uint8Array && values.bytes(expected.$bytes).equals(observed);
  }
  if (typeof expected.$textOf === 'number') {
    return (
      typeof observed === 'string' &&
      observed.length === expected.$textOf &&
      hash(values.withoutDigits(observed)) === expected.sha256
    );
  }
  if (typeof expected.$bytesOf === 'number') {
    if (!(observed instanceof Uint8Array) || observed.length !== expected.$bytesOf) return false;
    const letters = values.withoutDigits(Buffer.from(observed).toString('latin1'));
    return hash(Buffer.from(letters, 'latin1')) === expected.sha256;
  }
  return undefined;
}

function isCompared(key: string, value: unknown): boolean {
  return !key.startsWith('_') && value !== undefined;
}

function compareObjects(
  expected: Record<string, unknown>,
  observed: Record<string, unknown>,
  path: string,
  to: Comparison,
): Mismatch[] {
  const wanted = new Map(
    Object.entries(expected)
      .filter(([key, value]) => isCompared(key, value))
      .map(([key, value]) => [to.values.text(key), value]),
  );
  const surplus = Object.keys(observed)
    .filter((key) => isCompared(key, observed[key]) && !wanted.has(key))
    .map((key) => mismatch(`${path}.${key}`, undefined, observed[key], to));
  const different = [...wanted].flatMap(([key, value]) =>
    to.unordered.has(key) && Array.isArray(value) && Array.isArray(observed[key])
      ? compareInAnyOrder(value, observed[key], `${path}.${key}`, to)
      : compare(value, observed[key], `${path}.${key}`, to),
  );
  return [...different, ...surplus];
}

function compareLists(
  expected: unknown[],
  observed: unknown[],
  path: string,
  to: Comparison,
): Mismatch[] {
  if (expected.length !== observed.length) return [mismatch(path, expected, observed, to)];
  return expected.flatMap((item, i) => compare(item, observed[i], `${path}.${String(i)}`, to));
}

/** Compares two lists as multisets: each expected item takes the first observed one that fits. */
export function compareInAnyOrder(
  expected: unknown[],
  observed: unknown[],
  path: string,
  to: Comparison,
): Mismatch[] {
  const left = [...observed];
  const missing = expected.filter((item) => {
    const found = left.findIndex((candidate) => fits(item, candidate, to));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
  return missing.length + left.length === 0 ? [] : [mismatch(path, missing, left, to)];
}

function fits(expected: unknown, observed: unknown, to: Comparison): boolean {
  const positions = to.positions.fork();
  const problems = compare(expected, observed, '', { ...to, positions });
  if (problems.length === 0) to.positions.adopt(positions);
  return problems.length === 0;
}

function mismatch(
  path: string,
  expected: unknown,
  observed: unknown,
  to: Comparison,
  problem = '',
): Mismatch {
  const shown = notation(observed, to.values);
  return {
    path: path.replace(/^\./, ''),
    expected: notation(expected, to.values),
    observed: problem === '' ? shown : `${shown} ${problem}`,
  };
}

/** Every difference between an expectation and an observation, by path. */
export function compare(
  expected: unknown,
  observed: unknown,
  path: string,
  to: Comparison,
): Mismatch[] {
  if (typeof expected === 'string') {
    const problem = wildcardProblem(expected, observed, to);
    if (problem === null) return [];
    if (problem === undefined && textMatches(expected, observed, to.values)) return [];
    return [mismatch(path, expected, observed, to, problem)];
  }
  if (Array.isArray(expected) && Array.isArray(observed)) {
    return compareLists(expected, observed, path, to);
  }
  if (isObject(expected)) {
    const same = contentMatches(expected, observed, to.values);
    if (same !== undefined) return same ? [] : [mismatch(path, expected, observed, to)];
    if (isPlain(observed)) return compareObjects(expected, observed, path, to);
  }
  return Object.is(expected, observed) ? [] : [mismatch(path, expected, observed, to)];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !(value instanceof Uint8Array) && !(value instanceof Date);
}
