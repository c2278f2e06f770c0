// A sum in an impact report: exact at any size, and readable as JSON.
import { z } from 'zod';
import { jsonAmount } from '../../domain/money.js';

/**
 * Stored format: change only by adding a version. A string of digits only when a number would not
 * be exact.
 */
export const sumSchema = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?[1-9]\d{0,39}$/)
    .refine((digits) => !Number.isSafeInteger(Number(digits)), 'must be a number'),
]);

export type Sum = z.infer<typeof sumSchema>;

export function exactSum(amounts: readonly Sum[]): bigint {
  return amounts.reduce<bigint>((so, amount) => so + BigInt(amount), 0n);
}

export function sumOf(amounts: readonly Sum[]): Sum {
  return jsonAmount(exactSum(amounts));
}

/** -1, 0 or 1. */
export function signOf(sum: Sum): number {
  return Math.sign(Number(sum));
}
