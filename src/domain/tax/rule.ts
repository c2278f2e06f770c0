// A tax rule: how much of a category's price is tax in a country. Pure and exact. Carts store the
// rules that they are taxed by. Stored format: change only by adding a version and an upcaster.

export interface TaxRule {
  /** The goods that it is for: the tax category of products and shipping methods. */
  readonly category: string;
  /** ISO 3166-2 without the country; null: the whole country. */
  readonly region: string | null;
  /** What customers read, such as VAT. */
  readonly name: string;
  /** Of the price without tax: 200,000 is 20 %. */
  readonly partsPerMillion: number;
  /** Whether prices include it; if not, it is added to them. */
  readonly pricesIncludeTax: boolean;
  /** The first instant at which it holds, in milliseconds since 1970. */
  readonly holdsFrom: number;
}

/** The category of goods that name none. */
export const STANDARD_TAX = 'standard';

const MILLION = 1_000_000;
export const MAX_PARTS_PER_MILLION = MILLION;
const MAX_CATEGORY_LENGTH = 40;

/** Says what is wrong with the name of a category; undefined for a valid one. */
export function taxCategoryFault(category: string): string | undefined {
  const isName = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(category);
  if (isName && category.length <= MAX_CATEGORY_LENGTH) return undefined;
  return `taxCategory is 1 to ${MAX_CATEGORY_LENGTH} of a to z and 0 to 9, in words joined by hyphens.`;
}

/**
 * The tax in an amount, or on it, in minor units: rounded once to the nearest, half up.
 *
 * @param amount prices as the shop states them, 0 or more: with the tax where they include it
 */
export function taxOf(
  { partsPerMillion, pricesIncludeTax }: Pick<TaxRule, 'partsPerMillion' | 'pricesIncludeTax'>,
  amount: number,
): number {
  const parts = BigInt(partsPerMillion);
  const whole = BigInt(MILLION) + (pricesIncludeTax ? parts : 0n);
  return Number((2n * BigInt(amount) * parts + whole) / (2n * whole));
}

/**
 * The rule of a category at an instant: the region's before the country's, and the category's own
 * before the standard one. Of several, the one that began last; undefined where there is none.
 *
 * @param rules of one country, and of no other region than the place's
 */
export function ruleAt(
  rules: readonly TaxRule[],
  category: string,
  at: number,
): TaxRule | undefined {
  const begun = rules.filter(({ holdsFrom }) => holdsFrom <= at);
  for (const wanted of new Set([category, STANDARD_TAX])) {
    const own = begun.filter((rule) => rule.category === wanted);
    const regional = own.filter(({ region }) => region !== null);
    const found = latest(regional.length > 0 ? regional : own);
    if (found !== undefined) return found;
  }
  return undefined;
}

function latest(rules: readonly TaxRule[]): TaxRule | undefined {
  return rules.reduce<TaxRule | undefined>(
    (so, rule) => (so === undefined || rule.holdsFrom > so.holdsFrom ? rule : so),
    undefined,
  );
}

/** The rules that hold at an instant or later. */
export function rulesFrom<Rule extends TaxRule>(
  rules: readonly Rule[],
  at: number,
): readonly Rule[] {
  const isEnded = (rule: TaxRule) =>
    rules.some(
      (other) =>
        other.region === rule.region &&
        other.category === rule.category &&
        other.holdsFrom > rule.holdsFrom &&
        other.holdsFrom <= at,
    );
  return rules.filter((rule) => !isEnded(rule));
}

/** Whether two lists, in whatever order, come to the same from an instant on. */
export function areSameRules(
  one: readonly TaxRule[],
  other: readonly TaxRule[],
  at: number,
): boolean {
  const textOf = (rules: readonly TaxRule[]) =>
    rulesFrom(rules, at)
      .map(({ category, region, name, partsPerMillion, pricesIncludeTax, holdsFrom }) =>
        JSON.stringify([category, region, name, partsPerMillion, pricesIncludeTax, holdsFrom]),
      )
      .sort()
      .join();
  return textOf(one) === textOf(other);
}

/** For example `VAT 20 %`. */
export function taxInWords({
  name,
  partsPerMillion,
}: Pick<TaxRule, 'name' | 'partsPerMillion'>): string {
  return `${name} ${partsPerMillion / 10_000} %`;
}
