// What an order costs is computed anew, from the events of the log alone: its lines less discounts,
// shipping as the cart chose it, and the taxes of a set of rules that stood while it was checked out.
import type { OrderPlaced } from '../../../src/domain/order/events.js';
import { occurredAt, type StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Question, World } from './law.js';
import type { Law } from './law.js';
import { CART } from './log-model.js';
import { type RuleInForce, ruleFor, taxOn, TermsInForce } from './terms-in-force.js';

type Order = OrderPlaced['data'];
type Data = Readonly<Record<string, unknown>>;

export const termsKept: Law = {
  name: 'terms kept',
  promise: 'An order costs its lines, shipping and taxes, on the terms of its checkout.',
  watch(world, report) {
    const terms = new TermsInForce();
    const firstAsked = new Map<string, number>();
    const placed: StoredEvent[] = [];
    return {
      asked({ asked: { at, intent } }: Question) {
        if (intent.kind !== 'change cart' || intent.change.type !== 'CheckOut') return;
        const key = intent.commandId ?? intent.cartId ?? '';
        if (!firstAsked.has(key)) firstAsked.set(key, world.setting.beganAt + at);
      },
      stored(event) {
        if (world.foreign.has(event.id)) return;
        terms.stored(event);
        if (event.type === 'OrderPlaced') placed.push(event);
      },
      ended() {
        for (const { stream, data } of placed) {
          const problem = orderProblem(world, terms, firstAsked, data as Order);
          if (problem !== undefined) report(`${stream}: ${problem}`);
        }
      },
    };
  },
};

function orderProblem(
  { log, setting, foreign }: World,
  terms: TermsInForce,
  firstAsked: ReadonlyMap<string, number>,
  order: Order,
): string | undefined {
  const events = log.cartEvents(order.cartId).filter(({ id }) => !foreign.has(id));
  const closed = events.find(({ type }) => type === 'CartCheckedOut');
  if (closed === undefined || log.cartAt(order.cartId, closed.revision) === undefined) {
    return undefined;
  }
  const { commandId } = closed.metadata;
  const asked = firstAsked.get(commandId ?? closed.stream.slice(CART.length)) ?? 0;
  const from = asked - (setting.staleReadsMs ?? 0);
  const cart = facts(events.filter(({ revision }) => revision < closed.revision));
  const problem = methodProblem(log.events, terms, cart, [from, closed.position]);
  if (problem !== undefined) return problem;
  const agreed = inWords(order);
  const due = terms.rules
    .between(from, closed.position)
    .map((rules) => dueIn(order, cart, (category) => ruleOf(rules, cart, category, closed)));
  const total = (closed.data as { readonly total: number }).total;
  if (total !== order.total) return `ordered at ${order.total}, and checked out at ${total}`;
  return due.includes(agreed)
    ? undefined
    : `${agreed}, where it is ${[...new Set(due)].join(' or ')}`;
}

function ruleOf(
  rules: Parameters<typeof ruleFor>[0],
  { place }: CartFacts,
  category: string,
  closed: StoredEvent,
): RuleInForce | undefined {
  return place === null ? undefined : ruleFor(rules, place, category, occurredAt(closed));
}

interface Chosen {
  readonly code: string;
  readonly price: number;
  readonly freeFrom: number | null;
  readonly countries: readonly string[] | null;
  readonly taxCategory: string;
  readonly offerRevision: number;
}

interface CartFacts {
  readonly place: Pick<RuleInForce, 'country' | 'region'> | null;
  readonly method: Chosen | null;
  readonly categories: ReadonlyMap<string, string>;
}

function facts(events: readonly StoredEvent[]): CartFacts {
  let [place, method]: [CartFacts['place'], CartFacts['method']] = [null, null];
  const categories = new Map<string, string>();
  for (const { type, data } of events) {
    if (type === 'ShippingAddressSet') place = data as RuleInForce;
    if (type === 'ShippingAddressRemoved') place = null;
    if (type === 'ShippingMethodChosen') method = data as Chosen;
    if (type === 'ShippingMethodRemoved') method = null;
    if (type !== 'TaxCategoriesApplied') continue;
    for (const { sku, taxCategory } of (data as { readonly products: readonly Data[] }).products) {
      categories.set(String(sku), String(taxCategory));
    }
  }
  return { place, method, categories };
}

/** The chosen way of shipping was offered on these terms, and could still be had. */
function methodProblem(
  events: readonly StoredEvent[],
  { offered }: TermsInForce,
  { place, method }: CartFacts,
  [from, before]: readonly [from: number, before: bigint],
): string | undefined {
  if (method === null) return undefined;
  const { code, price, freeFrom, countries, taxCategory, offerRevision } = method;
  const offer = events.find(
    ({ stream, revision }) => stream.startsWith('shipping-') && revision === offerRevision,
  )?.data as (Data & { readonly prices: readonly Data[] }) | undefined;
  const [priced] = offer?.prices ?? [];
  const said = JSON.stringify([code, price, freeFrom, countries, taxCategory]);
  const was = [
    offer?.code,
    priced?.minorUnits,
    priced?.freeFrom,
    offer?.countries,
    offer?.taxCategory,
  ];
  if (JSON.stringify(was) !== said)
    return `shipped by ${said}, where ${JSON.stringify(was)} was offered`;
  if (place === null) return `shipped by ${code} to nowhere`;
  if (countries !== null && !countries.includes(place.country)) {
    return `shipped by ${code} to ${place.country}`;
  }
  const couldBeHad = offered.between(from, before).some((codes) => codes.has(code));
  return couldBeHad ? undefined : `shipped by ${code}, which was withdrawn`;
}

interface Part {
  readonly amount: number;
  readonly rule: RuleInForce | undefined;
}

/** What the order comes to, part by part. */
function dueIn(
  { lines }: Order,
  { method, categories }: CartFacts,
  ruleIn: (category: string) => RuleInForce | undefined,
): string {
  const goods = lines.reduce((sum, { subtotal, discount }) => sum + subtotal - discount, 0);
  const isFree = method === null || (method.freeFrom !== null && goods >= method.freeFrom);
  const shipping = isFree ? 0 : method.price;
  const parts: Part[] = lines.map(({ sku, subtotal, discount }) => ({
    amount: subtotal - discount,
    rule: ruleIn(categories.get(sku) ?? 'standard'),
  }));
  if (method !== null) parts.push({ amount: shipping, rule: ruleIn(method.taxCategory) });
  const bases = new Map<RuleInForce, number>();
  for (const { amount, rule } of parts) {
    if (rule !== undefined) bases.set(rule, (bases.get(rule) ?? 0) + amount);
  }
  const taxes = [...bases].filter(([, base]) => base > 0);
  const onTop = taxes
    .filter(([{ pricesIncludeTax }]) => !pricesIncludeTax)
    .reduce((sum, [rule, base]) => sum + taxOn(rule, base), 0);
  const taxed = taxes.map(([rule, base]) =>
    taxInWords(rule.partsPerMillion, rule.pricesIncludeTax, base, taxOn(rule, base)),
  );
  return wholeInWords(goods, shipping, taxed, goods + shipping + onTop);
}

function inWords({ lines, delivery, total }: Order): string {
  const goods = lines.reduce((sum, line) => sum + line.total, 0);
  const taxed = (delivery?.taxes ?? []).map(({ partsPerMillion, included, base, amount }) =>
    taxInWords(partsPerMillion, included, base, amount),
  );
  return wholeInWords(goods, delivery?.shipping?.amount ?? 0, taxed, total);
}

function taxInWords(parts: number, isIncluded: boolean, base: number, amount: number): string {
  return `${amount} of ${base} at ${parts} ${isIncluded ? 'in' : 'on'} prices`;
}

function wholeInWords(
  goods: number,
  shipping: number,
  taxes: readonly string[],
  total: number,
): string {
  const taxed = taxes.toSorted().join(', ') || 'none';
  return `${goods} for goods, ${shipping} for shipping, taxes ${taxed}: ${total}`;
}
