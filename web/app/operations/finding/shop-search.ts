// What carts and orders are searched by.
import type { FilterField } from './filter-form.tsx';
import { findingTexts } from './texts.ts';

export const searchNames = [
  'email',
  'customerId',
  'sku',
  'coupon',
  'status',
  'from',
  'until',
] as const;
export type SearchName = (typeof searchNames)[number];
export const personalNames: readonly SearchName[] = ['email'];

const { fields: labels } = findingTexts;

export const searchFields = (
  statuses: Readonly<Record<string, string>>,
): readonly FilterField<SearchName>[] => [
  { name: 'email', label: labels.email, hint: labels.emailHint, type: 'email' },
  { name: 'customerId', label: labels.customerId },
  { name: 'sku', label: labels.sku },
  { name: 'coupon', label: labels.coupon },
  { name: 'status', label: labels.status, choices: statuses },
  { name: 'from', label: labels.from, type: 'date' },
  { name: 'until', label: labels.until, type: 'date' },
];
