// Validates what an admin says of a product.
import type { ProductDetails } from '../domain/catalog/commands.js';
import {
  descriptionFault,
  imageUrlFault,
  nameFault,
  tagsFault,
} from '../domain/catalog/product-text.js';
import { taxCategoryFault } from '../domain/tax/rule.js';
import { faultless } from './input-rules.js';
import type { ProductDetailsInput } from './types/admin-inputs.js';

/** Without spaces at its ends, as in a catalogue file. @throws ApiError BAD_USER_INPUT */
export function nameOf(name: string): string {
  return faultless(name, nameFault(name)).trim();
}

/** @throws ApiError BAD_USER_INPUT */
export function detailsOf(input: ProductDetailsInput): ProductDetails {
  const { description, tags, imageUrl, taxCategory } = input;
  return {
    description: checked(description, descriptionFault),
    tags: tags === undefined ? undefined : faultless(tags ?? [], tagsFault(tags ?? [])),
    imageUrl: checked(imageUrl, imageUrlFault),
    taxCategory: checked(taxCategory, taxCategoryFault),
  };
}

function checked(
  value: string | null | undefined,
  faultOf: (value: string) => string | undefined,
): string | null | undefined {
  return value == null ? value : faultless(value, faultOf(value)).trim();
}
