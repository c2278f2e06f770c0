// UUIDs between the two forms in which the wire has them, and text.
import type { IUUID, UUID } from './generated/messages.js';
import { type Halves, unsigned64 } from './halves.js';

export const UUID_TEXT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** As text, in lower case, in whichever of its two forms it came; empty where it is missing. */
export function uuidText({ structured, string, value }: UUID): string {
  if (structured == null || value === 'string') return string?.toLowerCase() ?? '';
  const { mostSignificantBits: most, leastSignificantBits: least } = structured;
  return textOfHalves(unsigned64(most ?? 0), unsigned64(least ?? 0));
}

/** The more significant half first. */
export function textOfHalves(...halves: readonly [bigint, bigint]): string {
  const hex = halves.map((half) => half.toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function uuidOf(id: string, isStructured: boolean): IUUID {
  if (!isStructured) return { string: id };
  const digits = id.replaceAll('-', '');
  const word = (from: number) => Number.parseInt(digits.slice(from, from + 8), 16);
  const half = (from: number): Halves => ({
    high: word(from),
    low: word(from + 8),
    unsigned: true,
  });
  return { structured: { mostSignificantBits: half(0), leastSignificantBits: half(16) } };
}
