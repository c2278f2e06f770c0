// What the form of a product holds, and what becomes of it when somebody else changes the product
// while the form is open.
import type { AdministeredProduct } from '../use-products.ts';
import { standardTax } from '../tax-category.ts';

export interface ProductValues {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  readonly currency: string;
  readonly description: string;
  readonly tags: string;
  readonly taxCategory: string;
}

const revised = ['name', 'description', 'tags', 'taxCategory'] as const;
export type RevisedField = (typeof revised)[number];

/** @param product null for a new one */
export const valuesOf = (product: AdministeredProduct | null): ProductValues => ({
  sku: product?.sku ?? '',
  name: product?.name ?? '',
  price: product?.price.decimal ?? '',
  currency: product?.price.currency ?? 'GBP',
  description: product?.description ?? '',
  tags: product?.tags.join(' ') ?? '',
  taxCategory: product?.taxCategory ?? standardTax,
});

export interface Merged {
  /** What nobody typed here is as the others left it. */
  readonly values: ProductValues;
  /** Whether the others changed anything that this form shows. */
  readonly isChanged: boolean;
  /** What both changed, and not alike; `values` has what was typed here. */
  readonly disputed: readonly RevisedField[];
}

/**
 * @param before as the form began
 * @param typed as it is now
 * @param theirs as the service has it now
 */
export function merged(before: ProductValues, typed: ProductValues, theirs: ProductValues): Merged {
  const changed = revised.filter((field) => theirs[field] !== before[field]);
  const disputed = changed.filter(
    (field) => typed[field] !== before[field] && typed[field] !== theirs[field],
  );
  const taken = changed
    .filter((field) => !disputed.includes(field))
    .map((field) => [field, theirs[field]] as const);
  return {
    values: { ...typed, ...Object.fromEntries(taken) },
    isChanged: changed.length > 0,
    disputed,
  };
}
