// What carts and orders are searched by.
import type { FilterField } from './filters.ts';
import { findingTexts } from './texts.ts';

export type SearchName = 'email' | 'customerId' | 'sku' | 'coupon' | 'status' | 'from' | 'until';
export const personalNames: readonly SearchName[] = ['email'];

const { fields: labels } = findingTexts;

export const searchFields = (
  statuses: Readonly<Record<string, string>>,
): readonly FilterField<SearchName>[] => [
  { name: 'email', label: labels.email, hint: labels.emailHint, type: 'email' },
  { name: 'customerId', label: labels.customerId },
  { name: 'sku', label: labels.sku, longest: 64 },
  { name: 'coupon', label: labels.coupon, longest: 40 },
  { name: 'status', label: labels.status, choices: statuses },
  { name: 'from', label: labels.from, type: 'date' },
  { name: 'until', label: labels.until, type: 'date' },
];
