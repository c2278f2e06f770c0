// The API's scalars. Inside the service an instant is a number of milliseconds since 1970; it
// becomes text only here.
import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLJSONObject, GraphQLSafeInt } from 'graphql-scalars';
import { badInput } from './api-error.js';

export { GraphQLJSONObject as JSONObjectScalar, GraphQLSafeInt as SafeIntScalar };

// RFC 3339, section 5.6. Leap seconds are refused: ECMAScript time cannot represent them.
const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970; finer fractions are cut off. */
export function parseInstant(value: unknown): number {
  const parts = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (parts === null) throw badInput('A DateTime must be RFC 3339 text.');
  const [, date = '', time = '', fraction = '.0', zone = 'Z'] = parts;
  const text = `${date}T${time}${fraction.slice(0, 4).padEnd(4, '0')}${zone.toUpperCase()}`;
  const at = Date.parse(text);
  if (Number.isNaN(at) || !isCalendarDay(date))
    throw badInput('A DateTime must name a real instant.');
  return at;
}

/** `Date.parse` turns 30 February into 2 March; a real date reads back the same. */
function isCalendarDay(date: string): boolean {
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
}

export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'RFC 3339 instant in UTC, milliseconds, e.g. 2026-11-23T08:00:00.123Z',
  serialize: (value) => {
    if (typeof value !== 'number') throw new TypeError('An instant must be in milliseconds.');
    return new Date(value).toISOString();
  },
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});
