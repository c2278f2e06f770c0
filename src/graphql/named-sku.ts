// Which product a request names. SKUs have one spelling, but earlier releases stored them as they
// were typed: such a product is named by its exact text, as answers show it.
import { logCannotTell } from './certain-rows.js';
import { checkLines, quantityOf, skuOf } from './input-rules.js';
import type { ApiServices } from './services.js';

interface Context {
  readonly services: Pick<ApiServices, 'catalogue'>;
}

/** @throws ApiError BAD_USER_INPUT; StoreUnavailableError */
export async function namedSku({ services }: Context, value: string): Promise<string> {
  const sku = skuOf(value);
  return sku === value || !(await isProduct(services, value)) ? sku : value;
}

/** Also one that is not on sale. */
async function isProduct(
  { catalogue }: Pick<ApiServices, 'catalogue'>,
  sku: string,
): Promise<boolean> {
  try {
    return (await catalogue.freshState(sku)).sku !== null;
  } catch (error) {
    if (logCannotTell(error)) return true;
    throw error;
  }
}

/** The lines of one command. */
export function namedLines(
  context: Context,
  lines: readonly { readonly sku: string; readonly quantity?: number | null }[],
  minimum: 0 | 1,
): Promise<readonly { readonly sku: string; readonly quantity: number }[]> {
  checkLines(lines, minimum);
  return Promise.all(
    lines.map(async ({ sku, quantity }) => ({
      sku: await namedSku(context, sku),
      quantity: quantityOf(quantity ?? 1, 1),
    })),
  );
}
