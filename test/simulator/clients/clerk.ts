// Who sets what goods cost besides their price: tax rules of several places, and ways of shipping,
// which change while people check out. And what buyers say of where their carts go.
import type { Place } from '../../../src/domain/countries.js';
import type { CartChangeAsked, ChangeCatalogue, Intent, Reply } from '../history.js';
import type { TermsChangeAsked } from '../staff-changes.js';
import type { Randomness } from '../randomness.js';
import type { Client } from './client.js';
import { weighted } from './weighted.js';

/** What buyers choose from; none where nothing is shipped. */
export interface Going {
  readonly places?: readonly Place[];
  readonly methods?: readonly string[];
}

export const where = {
  places: [
    { country: 'GB', region: null },
    { country: 'US', region: 'CA' },
    { country: 'US', region: null },
    { country: 'DE', region: null },
    { country: 'JP', region: null },
  ],
  methods: ['POST', 'COURIER'],
} as const satisfies Going;

/** Goods of another kind than the others. */
const CATEGORY = 'food';
const CATEGORIES = ['standard', CATEGORY];
/** Some look at a total first, some forget the way of shipping, and some are sent nothing. */
const SENT = 0.85;
const CHOOSES = 0.85;

export function going(
  { places = [], methods = [] }: Going,
  random: Randomness,
): readonly CartChangeAsked[] {
  if (places.length === 0 || !random.chance(SENT)) return [];
  const address = { type: 'SetShippingAddress', ...random.pick(places) } as const;
  if (!random.chance(CHOOSES)) return [address];
  return [address, { type: 'ChooseShippingMethod', code: random.pick(methods) }];
}

const RETRIES = 0.3;
const SOON_MS = 10_000;

type Defined = Extract<TermsChangeAsked, { readonly type: 'DefineTaxRule' }>['rule'];

export class Clerk implements Client {
  private unanswered: ChangeCatalogue | undefined;
  /** Rules whose instants are known, so that they can be withdrawn. */
  private readonly dated: (Defined & { readonly holdsFrom: number })[] = [];

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    /** In milliseconds since 1970. */
    private readonly now: () => number,
  ) {}

  next(random: Randomness): readonly Intent[] {
    const instance = random.pick(this.instances);
    const { unanswered } = this;
    if (unanswered !== undefined && random.chance(RETRIES)) return [{ ...unanswered, instance }];
    const change = this.changed(random);
    const asked = {
      kind: 'change catalogue',
      instance,
      change,
      commandId: random.newId(),
    } as const;
    this.unanswered = asked;
    return [asked];
  }

  hears(intent: Intent, reply: Reply): void {
    if (reply.kind === 'failed' || !('commandId' in intent)) return;
    if (intent.commandId === this.unanswered?.commandId) this.unanswered = undefined;
  }

  private changed(random: Randomness): TermsChangeAsked {
    const code = random.pick(where.methods);
    const method = (): TermsChangeAsked => ({
      ...{ type: 'DefineShippingMethod', code, minorUnits: 100 + random.below(600) },
      freeFrom: random.chance(0.4) ? 200 + random.below(1_000) : null,
      countries: random.chance(0.3) ? ['GB', 'US'] : null,
      taxCategory: random.pick(CATEGORIES),
    });
    const { dated } = this;
    return weighted<() => TermsChangeAsked>(random, [
      [50, () => ({ type: 'DefineTaxRule', rule: this.rule(random) })],
      [dated.length > 0 ? 12 : 0, () => withdrawing(random.pick(dated))],
      [35, method],
      [5, () => ({ type: 'WithdrawShippingMethod', code })],
    ])();
  }

  private rule(random: Randomness): Defined {
    const rule = {
      ...random.pick(where.places),
      category: random.pick(CATEGORIES),
      partsPerMillion: random.pick([0, 50_000, 88_750, 190_000, 200_000, 333_333]),
      pricesIncludeTax: random.chance(0.5),
    };
    if (random.chance(0.5)) return { ...rule, holdsFrom: null };
    const holdsFrom = this.now() - SOON_MS / 2 + random.below(SOON_MS);
    this.dated.push({ ...rule, holdsFrom });
    return { ...rule, holdsFrom };
  }
}

function withdrawing({
  country,
  region,
  category,
  holdsFrom,
}: Defined & { readonly holdsFrom: number }): TermsChangeAsked {
  return { type: 'WithdrawTaxRule', rule: { country, region, category, holdsFrom } };
}

/** What holds before anybody buys. */
export function termsAtFirst(instance: string): readonly ChangeCatalogue[] {
  const rules = where.places.slice(0, 4).map((place, index) => ({
    ...{ ...place, category: 'standard', holdsFrom: null },
    ...{ partsPerMillion: 200_000 - 37_125 * index, pricesIncludeTax: index % 2 === 0 },
  }));
  const reduced = { ...where.places[0], category: CATEGORY, holdsFrom: null };
  const changes: readonly ChangeCatalogue['change'][] = [
    ...[...rules, { ...reduced, partsPerMillion: 50_000, pricesIncludeTax: true }].map((rule) => ({
      type: 'DefineTaxRule' as const,
      rule,
    })),
    ...where.methods.map((code, index) => ({
      ...{ type: 'DefineShippingMethod' as const, code, minorUnits: 395 + 400 * index },
      ...{ freeFrom: index === 0 ? 700 : null, countries: null, taxCategory: 'standard' },
    })),
    { type: 'ListProduct', sku: 'GRAPES', minorUnits: 195, taxCategory: CATEGORY },
  ];
  return changes.map((change) => ({ kind: 'change catalogue', instance, change }));
}
