// How much of a cache a row takes. A cart may have one line or a thousand.
import type { Row } from '../read-models/table.js';

/**
 * The entries of its lists, such as the lines of a cart, and one for the row. An entry takes some
 * hundred bytes; its exact size would cost as much as to store the row.
 */
export function rowWeight(row: Row): number {
  return Object.values(row).reduce<number>((sum, value) => sum + entriesWithin(value), 1);
}

/** Of a list, or of the lists and maps that a value consists of. */
function entriesWithin(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + entriesOf(part), 0);
}

function entriesOf(part: unknown): number {
  if (Array.isArray(part)) return part.length;
  return typeof part === 'object' && part !== null ? Object.keys(part).length : 0;
}
