// What was said of one cart, field by field, each with the revision that it holds for: answers
// select different fields, so the newest answer alone does not say everything.
export interface Cart extends Record<string, unknown> {
  readonly __typename: 'Cart';
  readonly id: string;
  readonly revision: number;
}

interface Fact {
  readonly revision: number;
  readonly value: unknown;
}

export type Facts = ReadonlyMap<string, Fact>;

/** The revision is a fact as well: an answer may say nothing else. */
export const factsOf = (cart: Cart): Facts =>
  new Map(
    Object.entries(cart)
      .filter(([name]) => name !== '__typename' && name !== 'id')
      .map(([name, value]) => [name, { revision: cart.revision, value }]),
  );

/** What was answered, but what is known of later revisions. */
export const newerFacts = (known: Facts, answered: Facts): Facts =>
  new Map(
    [...answered].map(([name, fact]) => {
      const seen = known.get(name);
      const isOvertaken = seen !== undefined && seen.revision > fact.revision;
      return [name, isOvertaken && covers(seen.value, fact.value) ? seen : fact];
    }),
  );

/**
 * The revision is the lowest of the other fields: an expected revision must not stand for what the
 * shopper has seen at an older one.
 */
export function shownCart(cart: Cart, facts: Facts): Cart {
  const values = [...facts].map(([name, { value }]) => [name, value] as const);
  const others = [...facts].filter(([name]) => name !== 'revision');
  if (others.length === 0) return { ...cart, ...Object.fromEntries(values) };
  const revision = Math.min(...others.map(([, fact]) => fact.revision));
  return { ...cart, ...Object.fromEntries(values), revision };
}

export const newestRevision = (facts: Facts): number =>
  Math.max(...[...facts.values()].map(({ revision }) => revision));

/** Whether it has all fields that were asked for: another operation may have asked for less. */
function covers(known: unknown, asked: unknown): boolean {
  if (typeof known !== 'object' || known === null) return true;
  if (typeof asked !== 'object' || asked === null) return true;
  if (Array.isArray(asked)) {
    return Array.isArray(known) && known.every((one) => covers(one, asked[0]));
  }
  const fields = new Map(Object.entries(known));
  return Object.entries(asked).every(
    ([name, value]) => fields.has(name) && covers(fields.get(name), value),
  );
}
